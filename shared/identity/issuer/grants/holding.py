"""What an account holds at a moment, as its token will say it. Synchronous, as Authlib's callbacks are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, or_, select

from shared.identity.caller import Grant
from shared.identity.issuer.grants import rules
from shared.identity.issuer.grants.models import AccountGrant, ScopeNode
from shared.identity.issuer.grants.rules import Tree
from shared.identity.issuer.models import Account


def grants_of_account(db: Session, account_id: UUID, now: datetime) -> tuple[tuple[Grant, ...], datetime | None]:
    """For whoever mints a token: the grants, by community, and when the first of them ends.

    The account is locked against those who end a grant: a token is made with what held before, and then ended by them, or
    with what is left.
    """
    db.exec(select(Account.id).where(Account.id == account_id).with_for_update(read=True, key_share=True)).first()
    rows = db.exec(select(AccountGrant).where(*holds(account_id, now)).order_by(col(AccountGrant.id))).all()
    held = [held_by(row) for row in rows]
    ends = [row.valid_to for row in rows if row.valid_to]
    return rules.expanded(held, tree_of(db, {grant.community for grant in held})), min(ends, default=None)


def holds(account_id: UUID, now: datetime) -> tuple[Any, ...]:
    return (*not_over(account_id, now), col(AccountGrant.valid_from) <= now)


def not_over(account_id: UUID, now: datetime) -> tuple[Any, ...]:
    """Also what has not begun yet."""
    return (AccountGrant.account_id == account_id, col(AccountGrant.ended_at).is_(None),
            or_(col(AccountGrant.valid_to).is_(None), col(AccountGrant.valid_to) > now))


def held_by(row: AccountGrant) -> Grant:
    return Grant(row.role, row.community, str(row.unit) if row.unit else None)


def tree_of(db: Session, places: Iterable[str]) -> Tree:
    """As much of the tree as these places have above and below them."""
    codes = sorted(places)
    near = select(ScopeNode).where(or_(col(ScopeNode.code).in_(codes), col(ScopeNode.parent).in_(codes)))
    return Tree({node.code: node.parent for node in db.exec(near)})
