"""A whole clinic day acted out: many patients and providers at once, then compared with the truth."""
