"""Rows about goods: lots are received, past handouts recorded, each once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue.actions import items_named, items_with
from services.resources.catalogue.models import CatalogItem
from services.resources.catalogue.rules import spoken
from services.resources.handouts.actions import record_handouts
from services.resources.handouts.models import Handout
from services.resources.imports.book import Book
from services.resources.imports.drafts import IssueDraft, LotDraft
from services.resources.imports.models import Import
from services.resources.stock.actions import Arrival, receive_lots
from services.resources.stock.models import LotIn, StockLot
from shared.clock import LOCAL_ZONE
from shared.imports.importer import Records, place_of_row
from shared.spreadsheets.outcomes import Accepted, SheetJudgement

LONGEST_LINE, LONGEST_STORY = 200, 4000

async def known_lots(session: Any, community: str) -> dict[str, str]:
    rows = await session.exec(select(StockLot.import_key, StockLot.id).where(
        StockLot.community == community, StockLot.import_key.is_not(None)))
    return {key: str(id) for key, id in rows}


async def known_issues(session: Any, community: str) -> dict[str, str]:
    rows = await session.exec(select(Handout).where(Handout.community == community))
    return {row.import_key: str(row.id) for row in rows}


async def keep_stock(
    tx: AsyncSession, job: Import, book: Book, judgements: Sequence[SheetJudgement], now: datetime,
) -> Records:
    lots, issues = list(accepted(judgements, "stock_lots")), list(accepted(judgements, "stock_issues"))
    if not lots and not issues:
        return {}
    items = await items_of(tx, [outcome.draft for outcome in (*lots, *issues)], now)
    rows = {key_of(outcome): place_of_row(outcome.ref) for outcome in (*lots, *issues)}
    arrivals = [arrival_of(outcome.draft, items, book, now) for outcome in lots if outcome.draft.quantity]
    received = await receive_lots(tx, arrivals, by=job.submitted_by, now=now)
    handouts = [handout_of(outcome.draft, items, book) for outcome in issues if outcome.draft.quantity]
    clear = {key_of(outcome) for outcome in issues if outcome.draft.is_clear}
    await record_handouts(
        tx, [one for one in handouts if one.import_key in clear], by=job.submitted_by, loop=job.id, now=now)
    tx.add_all(handouts)
    return {rows[record.import_key]: record.id for record in (*received, *handouts)}


def key_of(outcome: Accepted) -> str:
    return outcome.draft.key


def accepted(judgements: Iterable[SheetJudgement], list_kind: str) -> Iterator[Accepted]:
    for judgement in judgements:
        if judgement.list_kind == list_kind:
            yield from (outcome for outcome in judgement.outcomes if isinstance(outcome, Accepted))


async def items_of(tx: AsyncSession, drafts: Sequence[LotDraft | IssueDraft], now: datetime) -> Mapping[str, CatalogItem]:
    """By the code that was judged; goods nobody has are added to the catalogue under the name that was written."""
    known = await items_with(tx, {draft.item for draft in drafts})
    new = {draft.item: (written_item(draft), draft.unit) for draft in reversed(drafts) if draft.item not in known}
    named = await items_named(tx, new.values(), now)
    return known | {code: named[name] for code, (name, _) in new.items()}


def arrival_of(draft: LotDraft, items: Mapping[str, CatalogItem], book: Book, now: datetime) -> Arrival:
    received_at = datetime.combine(draft.received_on, time.min, LOCAL_ZONE) if draft.received_on else None
    made_on, expires_on = draft.made_on, draft.expires_on
    sane = not (made_on and expires_on and expires_on < made_on)
    body = LotIn(
        community=book.community.slug, item=items[draft.item].code, quantity=draft.quantity,
        site=line(draft.location), lot_no=line(draft.lot_number), produced_on=made_on if sane else None,
        expires_on=expires_on, document=line(draft.source), remark=remark_of(draft, items[draft.item]),
        received_at=received_at if received_at and received_at <= now else None)
    return Arrival(body, key=draft.key, held_because=draft.held_because or None)


def remark_of(draft: LotDraft | IssueDraft, item: CatalogItem) -> str | None:
    """Notes, and what was written of the goods, their quantity and expiry when it says more than the columns."""
    written = [
        draft.item_text if spoken(draft.item_text) != spoken(item.zh) else None,
        draft.notes,
        getattr(draft, "expiry_text", None),
        draft.quantity_text if draft.quantity_text != str(draft.quantity) else None,
        *(f"{name}：{text}" for name, text in draft.extra.items()),
    ]
    return "；".join(filter(None, written))[:LONGEST_STORY] or None


def handout_of(draft: IssueDraft, items: Mapping[str, CatalogItem], book: Book) -> Handout:
    fits = [row.id for row in book.organisations if row.kind == "community" and row.name == draft.recipient]
    return Handout(
        community=book.community.slug, item=items[draft.item].code, quantity=draft.quantity,
        handed_out_on=draft.issued_on, recipient=line(draft.recipient), recipient_id=fits[0] if len(fits) == 1 else None,
        received_by=line(draft.received_by), remark=remark_of(draft, items[draft.item]),
        import_key=draft.key)


def written_item(draft: LotDraft | IssueDraft) -> str:
    return line(draft.item_text) or draft.item


def line(text: str) -> str | None:
    return "".join(character for character in text if character.isprintable())[:LONGEST_LINE].strip() or None

