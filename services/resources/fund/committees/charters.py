"""How a fund's committee is made up and decides, as dated versions. A committee, and every vote, keeps the one it began
with. What was read only in a secondary source says so (`verified`); voting figures are Linli's own where no rule is known."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Charter:
    """`quorum` and `threshold` are (numerator, denominator): of all voting members, and of those who took part."""

    version: str
    starts_on: date
    least_members: int
    odd: bool
    least_supervisors: int
    quorum: tuple[int, int]
    threshold: tuple[int, int]
    notice_days: int
    composition_source: str
    voting_source: str
    verified: bool


CHARTERS = {one.version: one for one in (
    Charter(
        "community_fund_2025", date(2025, 1, 1), least_members=5, odd=True, least_supervisors=1,
        quorum=(2, 3), threshold=(1, 2), notice_days=5,
        composition_source="湖南省社区慈善基金指引（试行，2025-01-01），据转载", voting_source="linli", verified=False),
    Charter(
        "community_fund_strict_2026", date(2026, 11, 25), least_members=7, odd=True, least_supervisors=2,
        quorum=(2, 3), threshold=(2, 3), notice_days=7,
        composition_source="linli", voting_source="linli", verified=False),
)}
