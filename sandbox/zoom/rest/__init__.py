"""The REST operations, a file for each kind of thing."""
