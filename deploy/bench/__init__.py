"""What Linli costs, measured in one run on this machine, as ratios."""
