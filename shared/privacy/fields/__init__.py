"""Personal data is sealed by the application before it reaches the database, each person's under a key of their own."""
