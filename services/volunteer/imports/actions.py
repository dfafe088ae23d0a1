"""What the volunteer service makes of an imported file: squads, volunteers and hazards of patrols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.hazards.actions import mark_escalated, tell
from services.volunteer.hazards.rules import escalates_at_once
from services.volunteer.imports.book import Book, read_book
from services.volunteer.imports.keeping.patrols import keep_patrol
from services.volunteer.imports.keeping.volunteers import Volunteers
from services.volunteer.imports.models import TABLES_OF_IMPORTS, Import, VolunteerLink
from services.volunteer.imports.places import ask_register
from services.volunteer.imports.rules import judge
from services.volunteer.squads.actions import count_again
from shared.clock import local_day, system_clock
from shared.events.volunteer import HazardReported, SquadFormed, VolunteerRegistered
from shared.imports.importer import Importer, Records, place_of_row
from shared.imports.linking import save_links
from shared.messaging.outbox import emit
from shared.spreadsheets.outcomes import Accepted, Linked, Progress, SheetJudgement
from shared.spreadsheets.workbook import Workbook


async def prepare(request: Any, tx: AsyncSession, community: str) -> dict[str, Any]:
    return await ask_register(request.app.state.peers, community)


async def load(session: Any, job: Import) -> Book:
    return await read_book(session, job)


def judge_rows(workbook: Workbook, book: Book, progress: Progress) -> list[SheetJudgement]:
    return judge(workbook, book.community, book.known(), progress)


async def save(
    tx: AsyncSession,
    job: Import,
    book: Book,
    judgements: Sequence[SheetJudgement],
    progress: Progress,
) -> Records:
    """All of it or nothing, in the caller's transaction."""
    now = system_clock()
    joined = {volunteer.id: volunteer.squad_id for volunteer in book.volunteers}
    records = keep_rows(book, job, judgements, progress, now)
    for shelf in (book.squads, book.volunteers, book.hazards):
        await shelf.save(tx, now)
    tx.add_all(book.records)
    await save_links(tx, VolunteerLink, book.links)
    tell_of_people(tx, book, job.id)
    for hazard in book.hazards.new.values():
        tell_of_hazard(tx, hazard, now)
    changed_squads = {one.squad_id for one in book.volunteers if one.squad_id != joined.get(one.id)} - {None}
    for squad_id in sorted(changed_squads):
        await count_again(tx, squad_id, now)
    return records


def keep_rows(
    book: Book,
    job: Import,
    judgements: Sequence[SheetJudgement],
    progress: Progress,
    now: datetime,
) -> dict[tuple[str, int, int], UUID]:
    volunteers, records = Volunteers(book, job, local_day(now)), {}
    total = sum(len(judgement.outcomes) for judgement in judgements)
    for judgement in judgements:
        for outcome in judgement.outcomes:
            if judgement.list_kind == "volunteers" and isinstance(outcome, Accepted | Linked):
                records[place_of_row(outcome.ref)] = volunteers.keep(outcome.draft, outcome.ref, "volunteers").id
            elif judgement.list_kind == "patrols" and isinstance(outcome, Accepted):
                records[place_of_row(outcome.ref)] = keep_patrol(book, job, outcome.draft, now).id
            elif judgement.list_kind == "patrols" and isinstance(outcome, Linked):
                to = outcome.to
                records[place_of_row(outcome.ref)] = UUID(to) if isinstance(to, str) else records[place_of_row(to)]
            progress(len(records), total)
    return records


def tell_of_people(tx: AsyncSession, book: Book, loop: UUID) -> None:
    for squad in book.squads.new.values():
        said = SquadFormed(squad_id=squad.id, courtyard_id=squad.courtyard_id)
        emit(tx, said, of=squad, correlation_id=loop)
    for volunteer in book.volunteers.new.values():
        said = VolunteerRegistered(volunteer_id=volunteer.id, squad_id=volunteer.squad_id)
        emit(tx, said, of=volunteer, correlation_id=loop)


def tell_of_hazard(tx: AsyncSession, hazard: Any, now: datetime) -> None:
    """Only of what is still dangerous."""
    if hazard.state != "reported":
        return
    tell(
        tx,
        hazard,
        HazardReported,
        kind=hazard.kind,
        severity=hazard.severity,
        origin=hazard.origin,
        place_id=hazard.place_id,
    )
    if escalates_at_once(hazard.severity):
        mark_escalated(tx, hazard, "gravest_severity", now)


importer = Importer(
    path="services.volunteer.imports.actions:importer",
    service="volunteer",
    tables=TABLES_OF_IMPORTS,
    prepare=prepare,
    load=load,
    judge=judge_rows,
    save=save,
)
