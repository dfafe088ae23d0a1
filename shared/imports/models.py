"""What an import keeps: the job, the file until it is done, and what became of every row."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, String

from shared.clock import system_clock
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, sealed
from shared.spreadsheets.report import Counts, ReportedNote, SheetReport
from shared.types import Out, new_id

State = Literal["queued", "reading", "judged", "applying", "done", "failed", "lapsed"]
"""`lapsed`: judged, and so long not applied that its file was deleted, with what was said of its rows."""
OutcomeKind = Literal["accepted", "linked", "held", "refused", "warned"]


class ImportRow(Entity):
    """`context` is what was asked of other services before it began, e.g. the ids of places. The loop is its own id."""

    file_name: str
    file_digest: str = Field(max_length=64)
    file_size: int
    dry_run: bool
    state: State = Field(default="queued", sa_type=String, index=True)
    submitted_by: str = Field(max_length=255)
    context: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    attempts: int = 0
    rows_done: int = 0
    rows_total: int | None = None
    report: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    problem: str | None = Field(default=None, max_length=40)
    finished_at: datetime | None = None


class ImportFileRow(SQLModel):
    """Deleted once the import is done or has failed: a register is not kept twice."""

    __sealing__: ClassVar = Sealing(lambda file: file.import_id)

    import_id: UUID = Field(primary_key=True)
    content: bytes = sealed("bytes")


class ImportOutcomeRow(SQLModel):
    """One thing to say about one row. `text` and `raw` are as written: shown to the importer only, and not for long."""

    __sealing__: ClassVar = Sealing(lambda outcome: outcome.import_id)

    import_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    outcome: OutcomeKind = Field(sa_type=String)
    sheet: str
    row: int = Field(sa_type=BigInteger)
    column: str | None = Field(default=None, max_length=8)
    header: str | None = None
    code: str | None = Field(default=None, max_length=60)
    text: str = sealed(default="")
    raw: str = sealed(default="")
    record_id: UUID | None = None


class LinkRow(SQLModel):
    """Row `row` of that sheet tells of a person we hold: nothing is dropped, and nobody is collected twice.

    `block` counts lists side by side in one sheet. `fingerprint`: by it alone the same row of the same list, read
    again, finds somebody who has neither ID number nor telephone.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    list_kind: str = Field(max_length=40)
    file_name: str
    file_digest: str = Field(max_length=64)
    sheet: str
    row: int
    block: int = 0
    fingerprint: str | None = sealed(default=None)
    import_id: UUID
    linked_at: datetime = Field(default_factory=system_clock)


class ImportProblem(Out):
    code: str
    zh: str
    en: str


class ImportOut(Out):
    """`rows_done` of `rows_total` is the progress of the present state; null until the file is opened."""

    id: UUID
    community: str
    file_name: str
    file_size: int
    dry_run: bool
    state: State
    rows_done: int
    rows_total: int | None
    as_of: date | None = Rule(default=None, description="The day by which ages and left-out years were read")
    counts: Counts | None = None
    sheets: list[SheetReport] = Rule(default_factory=list)
    notes: list[ReportedNote] = Rule(default_factory=list)
    problem: ImportProblem | None = Rule(default=None, description="Why nothing of the file could be used")
    created_at: datetime
    finished_at: datetime | None
    version: int
    updated_at: datetime


class OutcomeOut(Out):
    """`record_id`: the record the row became or was linked to, once applied."""

    position: int
    outcome: OutcomeKind
    sheet: str
    row: int = Rule(description="Row of the sheet, or record of the text file, from 1")
    column: str | None
    header: str | None
    code: str | None
    zh: str | None
    en: str | None
    text: str = Rule(description="What stands in the cell")
    raw: str = Rule(description="The whole row as written, each cell in its place, separated by |")
    record_id: UUID | None
