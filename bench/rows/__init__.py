"""One row of the table a file."""
