"""The rows of lists that speak of one person, as they are kept."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.imports.importer import place_of_row
from shared.imports.models import ImportRow, LinkRow
from shared.spreadsheets.outcomes import RowRef
from shared.types import new_id

ROWS_AT_ONCE = 1000


def link_of(job: ImportRow, ref: RowRef, list_kind: str, fingerprint: str, **person: UUID) -> dict[str, Any]:
    """`person`: the link's own column with the id of whom the row speaks of."""
    sheet, row, block = place_of_row(ref)
    return person | {
        "id": new_id(), "community": job.community, "list_kind": list_kind, "file_name": job.file_name,
        "file_digest": job.file_digest, "sheet": sheet, "row": row, "block": block,
        "fingerprint": fingerprint or None, "import_id": job.id,
    }


async def save_links(tx: AsyncSession, table: type[LinkRow], links: list[dict[str, Any]]) -> None:
    """A row that was linked before keeps its link."""
    for start in range(0, len(links), ROWS_AT_ONCE):
        rows = await tx.info["vault"].sealed_rows(table, links[start : start + ROWS_AT_ONCE])
        await tx.exec(insert(table.__table__).on_conflict_do_nothing(), params=rows)


def collected(pairs: Iterable[tuple[UUID, str]]) -> dict[UUID, set[str]]:
    """Person → fingerprints."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for id, fingerprint in pairs:
        found[id].add(fingerprint)
    return found
