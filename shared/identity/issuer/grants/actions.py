"""Grants are given and ended; who leaves loses all of them at a place, and with them every token from before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Clock
from shared.db import changed
from shared.http.problems import Conflict, NotFound, Words, WrongState, invalid
from shared.identity.caller import Grant
from shared.identity.issuer.grants import rules
from shared.identity.issuer.grants.holding import held_by, not_over, tree_of
from shared.identity.issuer.grants.models import AccountGrant, GrantIn, ScopeNode
from shared.identity.issuer.grants.rules import Tree, Wanted
from shared.identity.issuer.models import Account
from shared.identity.issuer.saying import say_membership_changed
from shared.identity.policy import EVERYWHERE
from shared.reach import looking_everywhere
from shared.types import new_id

TOLD_AT_ONCE = 500


async def give(tx: AsyncSession, body: GrantIn, giver: str, held: Sequence[Grant], now: datetime) -> AccountGrant:
    """`held` by the giver. Raises `NotAllowed`, `Invalid` or `Conflict`."""
    rules.must_not_be_oneself(giver, body.account_id)
    tree, kind = await place_of(tx, body.community)
    rules.must_be_entitled(held, body.role, tree.path(body.community))
    rules.checked(Wanted(body.role, body.community, body.unit, body.valid_from, body.valid_to), kind == "community", now)
    await open_account(tx, body.account_id)
    grant = AccountGrant(**body.model_dump(exclude={"valid_from"}), valid_from=body.valid_from or now, given_by=giver,
                         created_at=now, updated_at=now)
    await must_be_new_and_fit(tx, grant, now)
    tx.add(grant)
    say(tx, grant, "given", grant.valid_from, new_id())
    return grant


async def place_of(tx: AsyncSession, place: str) -> tuple[Tree, str]:
    """What is near it, and its kind. Raises `Invalid` for a place nobody entered."""
    if place == EVERYWHERE:
        return Tree({}), "hub"
    node = await tx.get(ScopeNode, place)
    if node is None:
        raise invalid("body.community", "组织树里没有这个地点，请先登记", "The tree of places does not hold it: enter it first")
    return await tx.run_sync(tree_of, [place]), node.kind


async def open_account(tx: AsyncSession, account_id: UUID) -> None:
    """Locks it. Raises `Invalid` for one that is unknown or disabled."""
    account = await locked_account(tx, account_id)
    if account is None or account.disabled_at is not None:
        raise invalid("body.account_id", "没有这个账号，或已停用", "There is no such account, or it is disabled")


async def locked_account(tx: AsyncSession, account_id: UUID) -> Account | None:
    """Whoever mints a token of it waits, and is waited for (holding.py). Also one that another community looks after:
    people help in several."""
    async with looking_everywhere(tx):
        return (await tx.exec(select(Account).where(Account.id == account_id).with_for_update())).one_or_none()


async def must_be_new_and_fit(tx: AsyncSession, grant: AccountGrant, now: datetime) -> None:
    """Raises `Conflict`. What the account holds at other places counts, and is not told."""
    async with looking_everywhere(tx):
        rows = (await tx.exec(select(AccountGrant).where(*not_over(grant.account_id, now)))).all()
        held = [held_by(row) for row in rows]
        tree = await tx.run_sync(tree_of, {one.community for one in (*held, held_by(grant))})
    if held_by(grant) in held:
        raise Conflict(Words("此账号已有这项授权", "The account holds this already"))
    rules.must_fit(rules.expanded([*held, held_by(grant)], tree))


async def end_one(
    tx: AsyncSession, grant: AccountGrant, ender: str, held: Sequence[Grant], reason: str, clock: Clock,
) -> AccountGrant:
    """Raises `NotAllowed`, or `WrongState` for one that is over."""
    tree = await tx.run_sync(tree_of, [grant.community])
    rules.must_be_entitled(held, grant.role, tree.path(grant.community))
    await locked_account(tx, grant.account_id)
    await tx.refresh(grant)
    if grant.ended_at is not None:
        raise WrongState(kind=grant.__tablename__, id=str(grant.id))
    end(tx, grant, ender, reason, clock(), new_id())
    return grant


async def leave(
    tx: AsyncSession, account_id: UUID, place: str, ender: str, held: Sequence[Grant] | None, reason: str, clock: Clock,
) -> int:
    """Ends what an account holds at a place and below it; gives how many. `held` by whoever ends it, None for the
    account itself. Raises `NotAllowed`, or `NotFound` for an account that never held anything there."""
    async with looking_everywhere(tx):
        tree = await tx.run_sync(tree_of, [place])
        await locked_account(tx, account_id)
        mine = select(AccountGrant).where(AccountGrant.account_id == account_id)
        if place != EVERYWHERE:
            mine = mine.where(col(AccountGrant.community).in_(tree.below(place)))
        rows = (await tx.exec(mine.order_by(col(AccountGrant.id)))).all()
        if held is not None and not rows:
            raise NotFound(kind=Account.__tablename__, id=str(account_id))
        now, loop = clock(), new_id()
        going = [row for row in rows if row.ended_at is None and (row.valid_to is None or row.valid_to > now)]
        if held is not None:
            tree = await tx.run_sync(tree_of, {row.community for row in going})
            for row in going:
                rules.must_be_entitled(held, row.role, tree.path(row.community))
        for row in going:
            end(tx, row, ender, reason, now, loop)
        await tx.flush()
    return len(going)


def end(tx: AsyncSession, grant: AccountGrant, ender: str, reason: str, now: datetime, loop: UUID) -> None:
    grant.ended_at, grant.ended_by, grant.end_reason = now, ender, reason
    changed(grant, now)
    say(tx, grant, "ended", now, loop)


def say(tx: AsyncSession, grant: AccountGrant, change: str, at: datetime, loop: UUID) -> None:
    say_membership_changed(tx, grant.account_id, grant.role, grant.community, change, at, grant_id=grant.id,
                           version=grant.version, unit=grant.unit, correlation_id=loop)


async def tell_expired(tx: AsyncSession, now: datetime) -> bool:
    """Grants whose time is over are ended, and it is said once. True when more is waiting."""
    over = select(AccountGrant).where(col(AccountGrant.valid_to) <= now, col(AccountGrant.ended_at).is_(None))
    rows = (await tx.exec(over.order_by(col(AccountGrant.valid_to)).limit(TOLD_AT_ONCE).with_for_update())).all()
    for grant in rows:
        grant.ended_at = grant.valid_to
        changed(grant, now)
        say(tx, grant, "expired", grant.valid_to, new_id())
    return len(rows) == TOLD_AT_ONCE
