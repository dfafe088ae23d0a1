"""The tree of places: hub, streets, communities. Whom a change takes something from loses it at once."""


from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Clock
from shared.http.problems import Conflict, Words, invalid
from shared.identity.issuer.grants.actions import locked_account
from shared.identity.issuer.grants.models import AccountGrant, NodeIn, ScopeNode
from shared.identity.issuer.saying import say_session_revoked

STREETS = frozenset({"wangchengpo"})
"""Among the sample communities."""


async def put(tx: AsyncSession, code: str, body: NodeIn, clock: Clock) -> ScopeNode:
    """Enters a place, or moves it. Raises `Invalid` or `Conflict`."""
    await must_be_a_street_above(tx, code, body)
    node = await tx.get(ScopeNode, code, with_for_update=True)
    if node is None:
        node = ScopeNode(code=code, kind=body.kind, parent=body.parent)
        tx.add(node)
        return node
    if node.kind != body.kind and await has_below(tx, code):
        raise Conflict(Words("下面还有社区的街道不能改成社区", "A street with communities below it stays a street"), code=code)
    before, node.kind, node.parent = node.parent, body.kind, body.parent
    await tx.flush()
    if before and before != node.parent:
        await end_tokens_from_above(tx, before, clock)
    return node


async def must_be_a_street_above(tx: AsyncSession, code: str, body: NodeIn) -> None:
    if body.parent is None:
        return
    above = await tx.get(ScopeNode, body.parent)
    if body.kind != "community" or body.parent == code or above is None or above.kind != "street":
        raise invalid("body.parent", "上级必须是一条已登记的街道，且只有社区有上级街道",
                      "Must be a street that is entered already, and only communities have one")


async def has_below(tx: AsyncSession, code: str) -> bool:
    return (await tx.exec(select(ScopeNode.code).where(ScopeNode.parent == code).limit(1))).first() is not None


async def end_tokens_from_above(tx: AsyncSession, street: str, clock: Clock) -> None:
    """Tokens that reach the place because of the street it was in."""
    holders = select(AccountGrant.account_id).where(
        AccountGrant.community == street, col(AccountGrant.ended_at).is_(None)).distinct()
    for account_id in sorted((await tx.exec(holders)).all()):
        await locked_account(tx, account_id)
        say_session_revoked(tx, account_id, "place_moved", clock())


async def seed(tx: AsyncSession, communities: tuple[str, ...]) -> None:
    """The sample communities, unless they were entered otherwise."""
    rows = [{"code": code, "kind": "street" if code in STREETS else "community"} for code in communities]
    await (await tx.connection()).execute(insert(ScopeNode.__table__).on_conflict_do_nothing(), rows)
