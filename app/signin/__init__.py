"""Who is staff."""
