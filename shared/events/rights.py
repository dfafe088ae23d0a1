"""What services say to each other about a person's rights: that somebody asked, and what became of it. Ids, codes and
counts alone; what is held about the person travels over HTTP, to those who may read it."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from .envelope import Code, Payload

RequestKind = Literal["export", "correction", "restriction", "lifting", "erasure"]


class KeptRows(Payload):
    """Rows that stay although erasure was asked for, and why."""

    reason: Code
    rows: int = Field(gt=0)


class SubjectRequestPayload(Payload):
    request_id: UUID
    resident_id: UUID
    kind: RequestKind


class AnsweredPayload(SubjectRequestPayload):
    """`found`: rows about the person; `changed`: those that were restricted or erased."""

    found: int = Field(ge=0)
    changed: int = Field(ge=0)
    kept: list[KeptRows] = Field(default_factory=list)
