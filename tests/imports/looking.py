"""Judges bytes as an import would, and says what came out in a few words."""

from datetime import date
from functools import lru_cache
from typing import Any

from shared.spreadsheets.community import CommunityContext as Register
from services.resources.imports.known import KnownRegister
from services.resources.imports.rules import judge as judge_for_register
from shared.spreadsheets.community import CommunityContext as Volunteering
from services.volunteer.imports.known import KnownVolunteers
from services.volunteer.imports.rules import judge as judge_for_volunteers
from shared.spreadsheets.outcomes import Accepted, Held, Linked, Outcome, Refused, SheetJudgement
from shared.spreadsheets.reading import read_workbook

REFERENCE = date(2021, 5, 1)
XIAN = dict.fromkeys(("hub", "ruihe", "xianhe", "shanzhong", "xiangkelin"), date(2020, 2, 14))
REFERENCES = XIAN | {
    "yingui": date(2022, 9, 20), "dungen": date(2022, 9, 22), "wangchengpo": date(2023, 6, 30),
    "xicheng": date(2023, 12, 31), "liangong": date(2023, 12, 31),
}
"""The day on which each community's sample lists were kept: dates without a year belong to its year."""
read = lru_cache(maxsize=64)(read_workbook)


def register(
    data: bytes, name: str, known: KnownRegister | None = None, of: str = "",
) -> list[SheetJudgement]:
    """`of`: the community of the sample files whose list it is."""
    return judge_for_register(
        read(data, name), Register(of or "yingui", "", REFERENCES.get(of, REFERENCE)), known or KnownRegister())


def volunteering(
    data: bytes, name: str, known: KnownVolunteers | None = None, of: str = "",
) -> list[SheetJudgement]:
    return judge_for_volunteers(
        read(data, name), Volunteering(of or "yingui", "", REFERENCES.get(of, REFERENCE)), known or KnownVolunteers())


def outcomes(judgements: list[SheetJudgement]) -> list[Outcome]:
    return [outcome for judgement in judgements for outcome in judgement.outcomes]


def refused(judgements: list[SheetJudgement]) -> list[tuple[int, str]]:
    return [(one.ref.number, one.reason.code) for one in outcomes(judgements) if isinstance(one, Refused)]


def linked(judgements: list[SheetJudgement]) -> list[tuple[int, Any]]:
    return [
        (one.ref.number, one.to if isinstance(one.to, str) else one.to.number)
        for one in outcomes(judgements) if isinstance(one, Linked)
    ]


def held(judgements: list[SheetJudgement]) -> list[tuple[int, str]]:
    return [(one.ref.number, one.reason.code) for one in outcomes(judgements) if isinstance(one, Held)]


def accepted(judgements: list[SheetJudgement]) -> dict[int, Any]:
    """Row number → draft; of several people in one row the last one."""
    return {one.ref.number: one.draft for one in outcomes(judgements) if isinstance(one, Accepted)}


def warned(judgements: list[SheetJudgement]) -> set[tuple[int, str]]:
    return {(one.ref.number, warning.code) for one in outcomes(judgements) for warning in one.warnings}
