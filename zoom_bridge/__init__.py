"""Everything Zoom: token, meetings, registrants, hosts, limits, webhooks. Imports no other room."""
