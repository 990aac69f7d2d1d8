"""All queries, and the ports of the other rooms kept in the database."""
