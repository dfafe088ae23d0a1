"""What a token of somebody may say, and for how long: read afresh for every token, so a lost grant is lost at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from shared.identity.caller import Grant
from shared.identity.issuer.grants.holding import grants_of_account
from shared.identity.issuer.models import Account
from shared.identity.issuer.sessions.actions import Found
from shared.identity.issuer.sessions.models import UserSession
from shared.identity.issuer.sign_in.authenticated import Authenticated
from shared.identity.issuer.sign_in.factor_rules import is_enough_for
from shared.identity.tokens import TOKEN_LIFE, subject_of_account


@dataclass
class SignedIn:
    """A person at the token endpoint; Authlib calls them the user. `session` is there from the first refresh on."""

    account_id: UUID
    person_id: UUID | None
    grants: Sequence[Grant]
    grants_end: Sequence[datetime]
    amr: Sequence[str]
    auth_time: datetime
    session: UserSession | None = None
    found: Found | None = field(default=None, repr=False)

    def expiry(self, now: datetime) -> datetime:
        return expiry(now, self.grants_end)


def entitle(db: Session, proved: Authenticated, now: datetime) -> SignedIn | None:
    """None for an account that does not exist any more or is disabled."""
    account = db.get(Account, proved.account_id)
    if account is None or account.disabled_at is not None:
        return None
    held, end = grants_of_account(db, account.id, now)
    grants = [one for one in held if is_persona(account) or is_enough_for(one.role, proved.amr)]
    return SignedIn(
        account.id, account.person_id, grants, [end] if end else [], proved.amr, proved.auth_time)


def is_persona(account: Account) -> bool:
    """Their password is all they have, on a developer's machine; production does not start where there are any."""
    return account.username is not None and account.id == subject_of_account(account.username)


def expiry(now: datetime, ends: Iterable[datetime]) -> datetime:
    """Ten minutes from now, or the moment the first of its grants ends."""
    return min([now + TOKEN_LIFE, *ends])
