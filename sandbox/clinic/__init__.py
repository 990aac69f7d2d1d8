"""The synthetic clinic: its people, its places, and a day of appointments around now."""
