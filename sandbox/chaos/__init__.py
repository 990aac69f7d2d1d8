"""``make chaos``: many visits while much goes wrong, compared with what the simulators know."""
