"""Whether everything that was said was heard: outbox rows, read over HTTP, against what the integrator received."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from deploy.stories.integrator import Arrival, Integrator
from deploy.stories.people import Neighbour, eventually
from deploy.topology import SERVICES


@dataclass(frozen=True)
class Verdict:
    """`lost`: rows that never arrived. `duplicated`: ids delivered more than once, which the contract allows only
    after a crash. `p50_ms`, `p99_ms`: from the row's time, just before its commit, to the integrator."""

    events: int
    lost: int
    duplicated: int
    p50_ms: float
    p99_ms: float


async def judge(operator: Neighbour, integrator: Integrator, since: datetime) -> Verdict:
    said = await outbox_rows(operator, since)

    async def missing() -> int:
        heard = integrator.counts()
        return sum(id not in heard for id in said)

    try:
        lost = await eventually(missing, lambda count: count == 0, "the last events")
    except Exception:
        lost = await missing()
    heard = integrator.counts()
    waits = milliseconds(integrator.arrivals, said)
    return Verdict(
        events=len(said), lost=lost, duplicated=sum(count > 1 for id, count in heard.items() if id in said),
        p50_ms=percentile(waits, 50), p99_ms=percentile(waits, 99),
    )


async def outbox_rows(operator: Neighbour, since: datetime) -> dict[UUID, datetime]:
    """Every event the four services have said since then, and when."""
    rows: dict[UUID, datetime] = {}
    for service in SERVICES:
        after = None
        while True:
            page = await operator.get(
                f"/{service}/v1/outbox", updated_since=since.isoformat(), limit=200, after=after)
            rows |= {UUID(row["event_id"]): datetime.fromisoformat(row["created_at"]) for row in page["items"]}
            if (after := page["next"]) is None:
                break
    return rows


def milliseconds(arrivals: Iterable[Arrival], said: dict[UUID, datetime]) -> list[float]:
    """The first arrival of each counts."""
    first: dict[UUID, datetime] = {}
    for arrival in arrivals:
        first.setdefault(arrival.event.id, arrival.received_at)
    return sorted((first[id] - at).total_seconds() * 1000 for id, at in said.items() if id in first)


def percentile(values: list[float], hundredth: int) -> float:
    if len(values) < 2:
        return round(values[0], 1) if values else 0.0
    return round(statistics.quantiles(values, n=100, method="inclusive")[hundredth - 1], 1)
