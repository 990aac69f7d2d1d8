"""E-mail and SMS: gateways and templates."""
