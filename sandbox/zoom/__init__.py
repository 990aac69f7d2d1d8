"""A strict simulated Zoom: token, users, meetings, registrants, calls that happen, and signed webhooks."""
