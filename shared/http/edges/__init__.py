"""What stands between a request and its route, the same around every application."""
