"""What the four services share. `shared.events` is public; the rest moves with the repository."""
