"""The product: the only room with a web server, a database and opinions."""
