"""On what the eldercare service relies when it handles something about an elder, and what it leaves when they said no.

Bases are those of PIPL article 13; that a basis fits, and what stops, is Linli's own judgement, the same as in the
table of purposes (`GET /v1/consents/purposes` of the resources service). A lawyer must check it.
"""

from typing import Literal, NamedTuple

from shared.http.problems import Words

Basis = Literal["consent", "statutory_duty", "emergency"]


class Reliance(NamedTuple):
    """`otherwise`: the basis without a consent. `stops`: fields that are not written once consent was withdrawn or
    refused, except on a basis of `despite`: the help itself goes on."""

    purpose: str
    bases: tuple[Basis, ...]
    otherwise: Basis
    stops: tuple[str, ...]
    despite: tuple[Basis, ...]
    words: Words


HOME_SAFETY_CHECK = Reliance(
    purpose="home_safety_check", bases=("consent", "statutory_duty", "emergency"), otherwise="statutory_duty",
    stops=("note", "photos"), despite=("emergency",),
    words=Words("本人未同意留存文字和照片，只记编码", "The person does not agree to notes and pictures: codes alone"))
