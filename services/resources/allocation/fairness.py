"""How even a division is. Pure."""

from collections.abc import Sequence


def gini(shares: Sequence[float]) -> float:
    """0: all alike; towards 1: one has all."""
    if not shares or not sum(shares):
        return 0.0
    ordered = sorted(shares)
    count = len(ordered)
    return sum((2 * at - count - 1) * share for at, share in enumerate(ordered, 1)) / (count * sum(ordered))


def jain(shares: Sequence[float]) -> float:
    """1: all alike; 1 ÷ count: one has all."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0
