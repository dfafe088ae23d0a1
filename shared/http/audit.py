"""The log over HTTP, alike in every service: auditors search it, and people see who looked at what is about them."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel import select

from shared.db import Read, Tx
from shared.http.pages import Page, PageQuery, Paging, sealed
from shared.identity.caller import Caller, SignedIn, requires
from shared.identity.policy import EVERYWHERE
from shared.privacy.audit import record
from shared.privacy.audit.models import AuditEntryOut, AuditEntryRow
from shared.types import Code, Community, Moment, Out

router = APIRouter(prefix="/v1/audit", tags=["audit"])

AuditRead = requires("audit:read")
AuditReadForResident = requires("audit:read_for_resident")
Actor = Annotated[str, Query(max_length=255, pattern=r"^[\x21-\x7e]+$")]
Action = Annotated[str, Query(max_length=100, pattern=r"^[a-z0-9_.:]+$")]
GREATEST_SEQ = 2**63 - 1


class LookOut(Out):
    """Somebody's look at, or change of, what is about a person. `actor`: the account; `kind`: what sort of file."""

    seq: int
    at: datetime
    actor: str
    roles: list[str]
    action: str
    kind: str | None
    subject_id: UUID | None
    community: str | None
    purpose: str | None
    outcome: str


@router.get("")
async def search_audit(
    request: Request, caller: AuditRead, tx: Tx, query: Paging, community: Community | None = None,
    actor: Actor | None = None, resident_id: UUID | None = None, subject_id: UUID | None = None,
    action: Action | None = None, outcome: Literal["done", "read", "denied"] | None = None,
    since: Annotated[Moment | None, Query(alias="from")] = None, until: Annotated[Moment | None, Query(alias="to")] = None,
    purpose: Code = "audit",
) -> Page[AuditEntryOut]:
    """Newest first, `from` belongs to it and `to` does not. The search itself is entered."""
    table = request.app.state.tables.audit
    wanted = {table.actor: actor, table.resident_id: resident_id, table.subject_id: subject_id, table.action: action,
              table.outcome: outcome}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    conditions += [table.at >= since] if since else []
    conditions += [table.at < until] if until else []
    rows, next = await newest(tx, table, query, *within(table, caller, community), *conditions)
    # A word somebody typed is only kept when it was the id of an account that stands in the log anyway.
    record(tx, "audit.searched", kind="audit", resident_id=resident_id, community=community or only_place(caller),
           purpose=purpose, sought_actor=actor if rows else None, sought_action=action if rows else None)
    return Page(items=[entry_shown(row) for row in rows], next=next)


@router.get("/about-me")
async def who_looked(request: Request, caller: SignedIn, session: Read, query: Paging) -> Page[LookOut]:
    """What was read and changed about the person whose account it is, in the communities of their grants."""
    if caller.person is None:
        return Page(items=[], next=None)
    table = request.app.state.tables.audit
    rows, next = await newest(session, table, query, table.resident_id == caller.person)
    return Page(items=[look_shown(row) for row in rows], next=next)


@router.get("/about")
async def who_looked_at(
    request: Request, resident_id: UUID, caller: AuditReadForResident, tx: Tx, query: Paging, purpose: Code = "asked_by_resident",
) -> Page[LookOut]:
    """For somebody without an account, or their family, asked for by whoever helps them. The look itself is entered."""
    table = request.app.state.tables.audit
    rows, next = await newest(tx, table, query, *within(table, caller, None), table.resident_id == resident_id)
    record(tx, "audit.read_for_resident", kind="audit", resident_id=resident_id, purpose=purpose,
           community=rows[0].community if rows else only_place(caller))
    return Page(items=[look_shown(row) for row in rows], next=next)


def within(table: type[AuditEntryRow], caller: Caller, community: str | None) -> list[Any]:
    """Entries of no community are seen by those who see all."""
    if community is None and EVERYWHERE in caller.communities():
        return []
    return [caller.scope(table.community, community)]


async def newest(
    session: Any, table: type[AuditEntryRow], query: PageQuery, *conditions: Any,
) -> tuple[list[AuditEntryRow], str | None]:
    statement = select(table).where(*conditions).order_by(table.seq.desc()).limit(query.limit + 1)
    if query.after:
        statement = statement.where(table.seq < min(query.after.int, GREATEST_SEQ))
    if query.updated_since:
        statement = statement.where(table.at >= query.updated_since)
    rows = list((await session.exec(statement)).all())
    items = rows[: query.limit]
    return items, sealed(UUID(int=items[-1].seq)) if len(rows) > query.limit else None


def only_place(caller: Caller) -> str | None:
    places = caller.communities() - {EVERYWHERE}
    return next(iter(places)) if len(places) == 1 else None


def entry_shown(row: AuditEntryRow) -> AuditEntryOut:
    return AuditEntryOut(**row.model_dump(exclude={"hash", "prev_hash", "body"}), hash=row.hash.hex(),
                         details=json.loads(row.body))


def look_shown(row: AuditEntryRow) -> LookOut:
    return LookOut(**row.model_dump(include=set(LookOut.model_fields)), roles=json.loads(row.body).get("roles", []))
