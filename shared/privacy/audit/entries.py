"""The entries of one transaction: what it noted, and what it said as events. Ids and codes, never what was read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from shared import trace
from shared.clock import system_clock
from shared.privacy.audit.chain import appending, body_of
from shared.privacy.audit.who import who_asked, who_listened

FORMAT = 1
SINGLY = 20
TOGETHER = 200
"""So many events of one type are entered one by one; more, e.g. of an import, in lists of so many subjects."""
CHECKPOINTED = ".audit.checkpointed.v1"
"""Said of the log itself: entering it would make the log grow by itself."""


def record_read(tx: AsyncSession, file: Any, *, purpose: str, resident_id: UUID | None = None) -> None:
    """Somebody sees `file`. `resident_id` is whom it is about, by the register."""
    record(tx, f"{file.__tablename__}.read", kind=file.__tablename__, subject_id=file.id, resident_id=resident_id,
           community=file.community, purpose=purpose, outcome="read")


def record(
    tx: AsyncSession, action: str, *, kind: str | None = None, subject_id: UUID | None = None,
    resident_id: UUID | None = None, community: str | None = None, purpose: str | None = None, outcome: str = "done",
    **codes: Any,
) -> None:
    """Notes what no event says. Who did it is known from the request, or is the service. `codes`: further ids and codes."""
    tx.info.setdefault("noted", []).append(codes | {
        "action": action, "kind": kind, "subject_id": subject_id, "resident_id": resident_id, "community": community,
        "purpose": purpose, "outcome": outcome,
    })


def closing(info: Mapping[str, Any], service: str) -> list[str]:
    """What is to be executed with the commit of a transaction that ends with this `info`."""
    said = info["said"].rows if "said" in info else ()
    entries = [*of_events(said), *info.get("noted", ())]
    if not entries:
        return []
    first = {"v": FORMAT, "at": system_clock().astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
             "trace": trace.trace_id(), "cause": info.get("causation_id"), "job": info.get("job"),
             "on_behalf_of": info.get("on_behalf_of")}
    who = who_asked(info["request"]) if "request" in info else who_listened(service)
    return [appending(body_of(first | who | entry) for entry in entries)]


def of_events(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    rows = [row for row in rows if not row["type"].endswith(CHECKPOINTED)]
    if len(rows) <= SINGLY:
        for row in rows:
            yield of_one(row) | {"subject_id": row["subject"]}
        return
    alike: dict[tuple[str, str, str | None], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        alike[row["type"], row["community"], row["data"].get("resident_id")].append(row)
    for group in alike.values():
        for start in range(0, len(group), TOGETHER):
            some = group[start:start + TOGETHER]
            yield of_one(some[0]) | {"subjects": [row["subject"] for row in some]}


def of_one(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"action": row["type"], "kind": row["type"].split(".")[1], "community": row["community"], "outcome": "done",
            "resident_id": row["data"].get("resident_id")}
