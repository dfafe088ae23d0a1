"""Requests about one's own data: opened, done by every service, finished with a signed result."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.places.owners import link_houses
from services.resources.register.residents import actions as residents
from services.resources.register.residents.models import Resident, ResidentPatch
from services.resources.rights.holdings import HOLDINGS
from services.resources.rights.requests import rules
from services.resources.rights.requests.models import SubjectRequest, SubjectRequestIn, SubjectRequestPart
from services.resources.rights.requests.signing import ResultKey
from services.resources.rights.tables import RIGHTS
from shared.db import Reader, changed, locked
from shared.events import Event
from shared.events.resources import SubjectRequestFinished, SubjectRequestOpened
from shared.http.peers import Peers
from shared.messaging.outbox import emit
from shared.privacy.rights.answering import do_part, exported
from shared.privacy.rights.holdings import Subject
from shared.types import new_id

OURS = "resources"


async def ask(
    tx: AsyncSession, resident: Resident, body: SubjectRequestIn, *, by: str, by_themselves: bool, now: datetime,
) -> SubjectRequest:
    """Begins at once where nobody needs to look first, see `rules.begins_at_once`."""
    rules.must_say_what(body)
    request = SubjectRequest(
        community=resident.community, resident_id=resident.id, kind=body.kind, wish=body.wish,
        asked_by="guardian" if body.guardian_relation else "self" if by_themselves else "staff",
        guardian_relation=body.guardian_relation, account=by if by_themselves else None, recorded_by=by,
        owner=None if by_themselves else by, correlation_id=new_id(), opened_at=now, due_at=rules.due_at(now),
        created_at=now, updated_at=now)
    tx.add(request)
    await tx.flush()
    tx.add_all(SubjectRequestPart(request_id=request.id, service=service, community=request.community)
               for service in rules.SERVICES)
    if rules.begins_at_once(body.kind, by_themselves):
        open_for_all(tx, request, now)
    return request


async def begin(
    tx: AsyncSession, request: SubjectRequest, changes: ResidentPatch | None, *, by: str, now: datetime,
) -> SubjectRequest:
    """A correction is written into the register first: who holds a copy follows it."""
    rules.must_differ(request.kind, request.recorded_by, by)
    rules.must_fit(request.kind, changes is not None)
    if changes is not None:
        await residents.revise(tx, await locked(tx, Resident, request.resident_id), changes, now)
    request.owner = by
    open_for_all(tx, request, now)
    return request


def open_for_all(tx: AsyncSession, request: SubjectRequest, now: datetime) -> None:
    request.state = rules.next_state(request.state, "begin")
    changed(request, now)
    said = SubjectRequestOpened(request_id=request.id, resident_id=request.resident_id, kind=request.kind,
                                account=request.account)
    emit(tx, said, of=request, correlation_id=request.correlation_id)


def refuse(tx: AsyncSession, request: SubjectRequest, reason: str, key: ResultKey, *, by: str, now: datetime) -> None:
    """With a reason, which the person sees."""
    request.state, request.owner = rules.next_state(request.state, "refuse"), by
    conclude(tx, request, reason, {}, key, now)


async def hear_answer(tx: AsyncSession, event: Event[Any], service: str, now: datetime) -> None:
    """The request is finished by a job (finishing.py): one that cannot sign now holds up nothing else."""
    part = await tx.get(SubjectRequestPart, (event.data.request_id, service), with_for_update=True)
    if part is not None and part.state == "waiting":
        answer_part(part, event.data.found, event.data.changed, {one.reason: one.rows for one in event.data.kept}, now)


def answer_part(part: SubjectRequestPart, found: int, changed_rows: int, kept: Mapping[str, int], now: datetime) -> None:
    part.state, part.answered_at = "answered", now
    part.found, part.changed, part.kept = found, changed_rows, dict(kept)


async def finish(
    tx: AsyncSession, request: SubjectRequest, parts: Mapping[str, SubjectRequestPart], key: ResultKey, now: datetime,
) -> None:
    """The key to sign with is there before any key is destroyed. Raises `Unavailable`."""
    key.load()
    own = RIGHTS.part(id=request.id, community=request.community, resident_id=request.resident_id, kind=request.kind,
                      account=request.account, answered_at=now)
    request.state = rules.next_state(request.state, "finish")
    tx.add(own)
    await link_houses(tx, await locked(tx, Resident, request.resident_id), now)
    await do_part(tx, own, HOLDINGS, RIGHTS, now)
    answer_part(parts[OURS], own.found, own.changed, own.kept, now)
    conclude(tx, request, rules.outcome_of(part.kept for part in parts.values()), parts, key, now)


def conclude(
    tx: AsyncSession, request: SubjectRequest, outcome: str, parts: Mapping[str, SubjectRequestPart], key: ResultKey,
    now: datetime,
) -> None:
    request.outcome, request.finished_at = outcome, now
    request.result = key.sign(result_of(request, parts))
    changed(request, now)
    said = SubjectRequestFinished(
        request_id=request.id, resident_id=request.resident_id, kind=request.kind, outcome=outcome)
    emit(tx, said, of=request, correlation_id=request.correlation_id)


def result_of(request: SubjectRequest, parts: Mapping[str, SubjectRequestPart]) -> dict[str, Any]:
    """Ids, codes, counts and times: what a person can show to anybody without showing what was held."""
    return {
        "request_id": str(request.id), "resident_id": str(request.resident_id), "community": request.community,
        "kind": request.kind, "outcome": request.outcome, "opened_at": request.opened_at.isoformat(),
        "finished_at": request.finished_at.isoformat() if request.finished_at else None,
        "parts": {name: {"found": part.found, "changed": part.changed, "kept": part.kept,
                         "answered_at": part.answered_at.isoformat() if part.answered_at else None}
                  for name, part in sorted(parts.items())},
    }


async def parts_of(session: AsyncSession | Reader, request_id: UUID) -> Sequence[SubjectRequestPart]:
    wanted = select(SubjectRequestPart).where(SubjectRequestPart.request_id == request_id)
    return (await session.exec(wanted.order_by(SubjectRequestPart.service))).all()


async def assembled(
    tx: AsyncSession, request: SubjectRequest, peers: Peers, *, by: str, now: datetime,
) -> dict[str, list[dict[str, Any]]]:
    """Every service's share, fetched now; in full for the account that asked, and for nobody else. Raises
    `Unavailable` when a service cannot be asked."""
    rules.must_be_open_export(request.kind, request.state, request.finished_at, now)
    to_asker = request.account == by
    part = f"/v1/subject-parts/{request.id}" + ("?to_asker=true" if to_asker else "")
    others = {service: await peers.get(service, part)
              for service in rules.SERVICES if service != OURS}
    return others | {OURS: await exported(
        tx, HOLDINGS, Subject(request.resident_id, request.account), to_asker=to_asker)}
