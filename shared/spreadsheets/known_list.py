"""How a kind of list is told from others: by the words of its headers and of its title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

TITLE_WEIGHT_LIMIT = 6.0

RESOURCES = "resources"
VOLUNTEER = "volunteer"
ELDERCARE = "eldercare"
MEDIATION = "mediation"


@dataclass(frozen=True)
class KnownList:
    """`headers`, `titles`: pattern → weight; a negative one speaks against. `needs`: each must be in some header."""

    key: str
    zh: str
    en: str
    service: str
    headers: dict[str, float]
    titles: dict[str, float] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    @cached_property
    def compiled(
        self,
    ) -> tuple[list[tuple[re.Pattern[str], float]], list[tuple[re.Pattern[str], float]], list[re.Pattern[str]]]:
        return (
            [(re.compile(pattern), weight) for pattern, weight in self.headers.items()],
            [(re.compile(pattern), weight) for pattern, weight in self.titles.items()],
            [re.compile(pattern) for pattern in self.needs],
        )

    def score(self, headers: Sequence[str], title: str) -> float:
        header_signs, title_signs, needs = self.compiled
        if not all(any(need.search(header) for header in headers) for need in needs):
            return 0.0
        points = sum(weight for sign, weight in header_signs if any(sign.search(header) for header in headers))
        spoken = sum(weight for sign, weight in title_signs if sign.search(title))
        return points + max(-TITLE_WEIGHT_LIMIT, min(TITLE_WEIGHT_LIMIT, spoken))
