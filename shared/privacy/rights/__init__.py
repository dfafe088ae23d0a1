"""What every service does for the rights of a person: say what it holds, export, correct, restrict or erase it."""
