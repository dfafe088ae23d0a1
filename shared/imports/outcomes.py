"""From judgements to the rows that are kept of an import."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from shared.imports.importer import Records, place_of_row
from shared.spreadsheets.outcomes import Accepted, Finding, Held, Linked, Outcome, Refused, SheetJudgement
from shared.spreadsheets.workbook import column_letter

NAMES = {Accepted: "accepted", Linked: "linked", Held: "held", Refused: "refused"}


def outcome_rows(import_id: UUID, judgements: Sequence[SheetJudgement], records: Records) -> Iterator[dict[str, Any]]:
    """One row per outcome, and one more per warning, numbered from 1 in the order of the file."""
    position = 0
    for judgement in judgements:
        headers = {column.index: column.header for column in judgement.table.columns} if judgement.table else {}
        for outcome in judgement.outcomes:
            shared = {"import_id": import_id, "sheet": outcome.ref.sheet, "row": outcome.ref.number,
                      "record_id": records.get(place_of_row(outcome.ref))}
            for said in things_to_say(outcome, headers):
                position += 1
                yield shared | said | {"position": position}


def things_to_say(outcome: Outcome, headers: dict[int, str]) -> Iterator[dict[str, Any]]:
    """What became of the row, then its warnings. An accepted row is found under its record and is not kept twice."""
    kind = NAMES[type(outcome)]
    if isinstance(outcome, Held | Refused):
        yield {"outcome": kind, "raw": storable(outcome.raw), **finding_columns(outcome.reason, headers)}
    elif isinstance(outcome, Linked):
        to = outcome.to if isinstance(outcome.to, str) else f"{outcome.to.sheet}!{outcome.to.number}"
        yield {"outcome": kind, "raw": storable(outcome.raw), **finding_columns(Finding("linked", text=to), headers)}
    else:
        yield {"outcome": kind, "raw": "", **finding_columns(None, headers)}
    for warning in outcome.warnings:
        yield {"outcome": "warned", "raw": storable(outcome.raw), **finding_columns(warning, headers)}


def finding_columns(finding: Finding | None, headers: dict[int, str]) -> dict[str, Any]:
    if finding is None:
        return {"code": None, "column": None, "header": None, "text": ""}
    column = finding.column
    return {
        "code": finding.code,
        "column": column_letter(column) if column is not None else None,
        "header": storable(headers.get(column, "")) or None if column is not None else None,
        "text": storable(finding.text),
    }


def storable(text: str) -> str:
    """PostgreSQL text cannot hold NUL."""
    return text.replace("\x00", "")
