"""Everything Jitsi: meetings that are addresses, by a template, with a token where the server wants one."""
