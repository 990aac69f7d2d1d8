"""How fast the product is, as ratios to a bare route on the same server in the same run."""
