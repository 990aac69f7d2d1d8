"""What staff may tell whoever waits: how late they run, or a few words."""

LATE = (5, 10, 15, 20, 30)
LONGEST = 120
