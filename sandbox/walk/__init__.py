"""``make visit``: one whole visit as a client of the public surfaces only."""
