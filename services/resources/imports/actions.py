"""What the resources service makes of an imported file: the register, its places and organisations, and the stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue.actions import whole_catalogue
from services.resources.imports.book import Book, read_book
from services.resources.imports.keeping.rows import keep_rows
from services.resources.imports.keeping.stock import keep_stock, known_issues, known_lots
from services.resources.imports.knowing import known_register
from services.resources.imports.known import KnownRegister
from services.resources.imports.models import TABLES_OF_IMPORTS, Import
from services.resources.imports.rules import judge
from services.resources.register.communities.actions import community_must_exist, find
from services.resources.register.communities.rules import day_of_lists
from services.resources.register.residents.models import ResidentLink
from shared.clock import local_day, system_clock
from shared.events.resources import ResidentRegistered, ResidentUpdated
from shared.imports.importer import Importer, Records
from shared.imports.linking import save_links
from shared.messaging.outbox import emit
from shared.spreadsheets.community import CommunityContext
from shared.spreadsheets.outcomes import Progress, SheetJudgement
from shared.spreadsheets.workbook import Workbook



@dataclass
class Held:
    """What is held of the community: for judging, and for adding to."""

    known: KnownRegister
    book: Book


async def prepare(request: Any, tx: AsyncSession, community: str) -> dict[str, Any]:
    """The day by which the lists are read. Raises `Invalid` for a community the register does not hold."""
    await community_must_exist(tx, community)
    known = await find(tx, community)
    return {"as_of": day_of_lists(known.reference_date, local_day(system_clock())).isoformat()}


async def load(session: Any, job: Import) -> Held:
    community = await find(session, job.community)
    as_of = date.fromisoformat(job.context["as_of"])
    book = await read_book(session, CommunityContext(community.community, community.name, as_of))
    lots, issues = await known_lots(session, job.community), await known_issues(session, job.community)
    return Held(known_register(book, await whole_catalogue(session), lots, issues), book)


def judge_rows(workbook: Workbook, held: Held, progress: Progress) -> list[SheetJudgement]:
    return judge(workbook, held.book.community, held.known, progress)


async def save(
    tx: AsyncSession,
    job: Import,
    held: Held,
    judgements: Sequence[SheetJudgement],
    progress: Progress,
) -> Records:
    """All of it or nothing, in the caller's transaction. One loop: its correlation is the import's id."""
    book, now = held.book, system_clock()
    records = keep_rows(book, job, judgements, progress)
    for shelf in (book.courtyards, book.buildings, book.households, book.residents, book.organisations):
        await shelf.save(tx, now)
    await save_links(tx, ResidentLink, book.links)
    tell(tx, book, job.id)
    records |= await keep_stock(tx, job, book, judgements, now)
    return records


def tell(tx: AsyncSession, book: Book, loop: UUID) -> None:
    for resident in book.residents.new.values():
        said = ResidentRegistered(resident_id=resident.id, household_id=resident.household_id)
        emit(tx, said, of=resident, correlation_id=loop)
    for resident in book.residents.touched.values():
        emit(tx, ResidentUpdated(resident_id=resident.id), of=resident, correlation_id=loop)


importer = Importer(
    path="services.resources.imports.actions:importer",
    service="resources",
    tables=TABLES_OF_IMPORTS,
    prepare=prepare,
    load=load,
    judge=judge_rows,
    save=save,
)
