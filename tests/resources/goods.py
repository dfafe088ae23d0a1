"""What the tests of stock, needs and works do again and again, and the invariants that always hold."""

from typing import Any
from uuid import uuid4

from sqlalchemy import text

from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer

COMMUNITY = "dungen"
KEEPER = bearer(f"community_admin@{COMMUNITY}", subject="keeper")
FITTER = bearer(f"volunteer@{COMMUNITY}", subject="fitter")
SECOND = bearer(f"committee_member@{COMMUNITY}", subject="second")
STRANGER = bearer("community_admin@yingui", subject="stranger")


async def post(service: TestService, path: str, body: Any = None, who: dict = KEEPER, expect: int | None = None) -> Any:
    """With a key of its own; gives the body, after checking the status (default: any success)."""
    answer = await service.post(path, who, body, **{"Idempotency-Key": str(uuid4())})
    good = answer.status_code < 300 if expect is None else answer.status_code == expect
    assert good, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


async def get(service: TestService, path: str, who: dict = KEEPER) -> Any:
    answer = await service.get(path, who)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


async def receive(service: TestService, item: str, quantity: int, expires_on: str | None = None, **more: Any) -> dict:
    body = {"community": COMMUNITY, "item": item, "quantity": quantity, "expires_on": expires_on}
    return await post(service, "/v1/stock-lots", body | more)


async def want(service: TestService, lines: dict[str, int], **more: Any) -> dict:
    body = {"community": COMMUNITY, "lines": [{"item": item, "quantity": units} for item, units in lines.items()]}
    return await post(service, "/v1/needs", body | more)


def line_of(need: dict, item: str) -> dict:
    return next(line for line in need["lines"] if line["item"] == item)


def types(rows: list[Any]) -> list[str]:
    """`need.opened`, `stock.received` …, in the order they were said."""
    return [row.type.removeprefix("resources.").removesuffix(".v1") for row in rows]


BROKEN = {
    "0 <= reserved <= on_hand":
        "select id from stock_lot where reserved < 0 or reserved > on_hand",
    "on_hand = sum of movements":
        "select lot.id from stock_lot lot left join stock_movement m on m.lot_id = lot.id "
        "group by lot.id having lot.on_hand <> coalesce(sum(m.quantity), 0)",
    "reserved = what is left of active reservations":
        "select lot.id from stock_lot lot left join reservation r on r.lot_id = lot.id and r.state = 'active' "
        "group by lot.id having lot.reserved <> coalesce(sum(r.quantity - r.consumed), 0)",
    "consumed = what was issued of the reservation and not booked back":
        "select r.id from reservation r left join stock_movement m on m.reservation_id = r.id and m.reason = 'issued' "
        "group by r.id having r.consumed <> coalesce(-sum(m.quantity), 0)",
    "a line never gets more than was requested":
        "select l.id from need_line l where l.requested - l.cancelled < "
        "(select coalesce(sum(quantity - consumed), 0) from reservation where need_line_id = l.id and state = 'active') "
        "- (select coalesce(sum(quantity), 0) from stock_movement where need_line_id = l.id)",
    "an ended need holds nothing":
        "select n.id from need n join reservation r on r.need_id = n.id "
        "where n.ended_at is not null and r.state = 'active'",
    "fulfilled means all issued, works accepted":
        "select n.id from need n where n.state = 'fulfilled' and (exists (select 1 from need_line l where "
        "l.need_id = n.id and l.requested <> (select -sum(quantity) from stock_movement where need_line_id = l.id)) "
        "or exists (select 1 from works w where w.need_id = n.id and w.state not in ('accepted', 'cancelled')))",
    "each reservation ends once":
        "select subject from outbox where type ~ 'reservation.(expired|released|consumed)' "
        "group by subject having count(*) > 1",
}


async def must_be_sound(service: TestService) -> None:
    async with service.state.database.transaction(EVERYWHERE) as tx:
        for invariant, query in BROKEN.items():
            broken = (await tx.exec(text(query))).all()
            assert not broken, f"broken: {invariant}: {broken}"
