"""How Linli runs. Knows nothing of the domain."""
