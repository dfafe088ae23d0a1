"""What depends on how old somebody is: rules as data, pure, from the day of birth.

`read`: the article was read in a collection of laws. Local regulations bind only where they are in force; they are
taken here for everybody, which is Linli's own choice. What these sources leave open is not in the table.
"""

from datetime import date
from typing import Literal, NamedTuple

from shared.http.problems import Words


class AgeRule(NamedTuple):
    """Holds for whoever is younger than `under`, from `since`, the day Linli took it up. `secondary`: not read in the
    law itself."""

    under: int
    words: Words
    article: str
    source: Literal["read", "secondary"] = "read"
    since: date = date(2026, 11, 25)


GUARDIAN_AGREES = AgeRule(14, Words("须由监护人同意", "A guardian must agree"), "PIPL 28, 31")

BARRED: dict[str, AgeRule] = {
    "emergency_teams": AgeRule(
        18, Words("不得参加应急救援队伍", "Emergency teams are of adults"), "Emergency Response Law (2024) 39"),
    "dangerous_rescue": AgeRule(
        18, Words("不得参加危险救援", "No dangerous rescue"), "Zhejiang 9, Shandong 10, Ningbo 10 (volunteer regulations)"),
}

VOLUNTEERS_FROM = AgeRule(
    14, Words("未满十四周岁不登记为志愿者", "Under 14 nobody is registered as a volunteer"),
    "Communist Youth League rule on registered volunteers: 14 to 18 with a guardian's consent", "secondary")
VOLUNTEERS_ALONE_FROM = AgeRule(
    18, Words("未满十八周岁须写明同意的监护人", "Under 18: name the guardian who agrees"),
    "Zhejiang 9, Shandong 10, Ningbo 10, Shanghai (volunteer regulations)")


def age_on(born: date, day: date) -> int:
    """Full years. Whoever was born on 29 February is a year older on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def binds(rule: AgeRule, born: date | None, day: date) -> bool:
    """Nobody of whom no day of birth is known."""
    return born is not None and day >= rule.since and age_on(born, day) < rule.under


def needs_guardian(born: date | None, day: date) -> bool | None:
    """None when nobody knows how old they are."""
    return None if born is None else age_on(born, day) < GUARDIAN_AGREES.under


def barred_from(born: date | None, day: date) -> list[str]:
    """Nothing for somebody whose day of birth is not known: they are asked."""
    return [] if born is None else [code for code, rule in BARRED.items() if age_on(born, day) < rule.under]
