"""What is wrong with the connection to an EHR, found out before anybody clicks."""
