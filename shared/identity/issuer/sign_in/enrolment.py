"""How somebody of the staff comes to a password and an authenticator: by an invitation; and how they change them."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.http.problems import FieldError, Invalid, WrongState
from shared.identity.issuer.models import Account
from shared.identity.issuer.refusals import NoAccount, WrongCode
from shared.identity.issuer.sessions import actions as sessions
from shared.identity.issuer.sign_in import factors, staff
from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.factor_rules import same_however_typed, wrong_with_password
from shared.identity.issuer.accounts.models import InvitationOut
from shared.identity.issuer.sign_in.models import EnrolmentOut, Invitation
from shared.privacy.audit import record

INVITED_FOR = timedelta(days=3)


async def invite(tx: AsyncSession, account: Account, now: datetime) -> InvitationOut:
    """The password, the authenticator and the sessions there were are gone: whoever lost them is safe at once.

    Raises `WrongState` for a disabled account, or one without a username.
    """
    if account.disabled_at or account.username is None:
        raise WrongState(kind="account", id=str(account.id))
    account.password_hash = None
    await factors.forget(tx, account.id)
    await tx.exec(delete(Invitation).where(col(Invitation.account_id) == account.id))
    await tx.run_sync(sessions.end_all, account.id, "invited_again", now)
    token = secrets.token_urlsafe(32)
    expires_at = now + INVITED_FOR
    tx.add(Invitation(token_hash=hashed(token), account_id=account.id, expires_at=expires_at))
    record(tx, "account.invited", kind="account", subject_id=account.id, community=account.community)
    return InvitationOut(invitation=token, expires_at=expires_at)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def open_invitation(attempt: Attempt, token: str, password: str) -> EnrolmentOut:
    """Can be opened again until it is confirmed. Raises `Refused` or `Invalid`."""
    await attempt.count("sign_in")
    async with attempt.transaction() as tx:
        account = await invited(tx, token, attempt.now)
    refuse_weak(password, str(account.username), "body.password")
    password_hash = await attempt.state.passwords.hash(same_however_typed(password))
    async with attempt.transaction() as tx:
        account = await invited(tx, token, attempt.now)
        account.password_hash = password_hash
        uri = await factors.enrol(tx, account.id, str(account.username), attempt.now)
        await attempt.succeeded(tx)
    return EnrolmentOut(username=str(account.username), otpauth_uri=uri)


async def confirm_invitation(attempt: Attempt, token: str, code: str) -> list[str]:
    """Recovery codes. Raises `Refused`."""
    await attempt.count("sign_in")
    async with attempt.transaction() as tx:
        account = await invited(tx, token, attempt.now)
        codes = await factors.confirm(tx, account.id, code, attempt.now) if account.password_hash else None
        if codes is not None:
            await attempt.succeeded(tx)
            invitation = await tx.get_one(Invitation, hashed(token))
            invitation.used_at = attempt.now
            record(tx, "account.enrolled", kind="account", subject_id=account.id, community=account.community)
    if codes is None:
        raise WrongCode()
    return codes


async def invited(tx: AsyncSession, token: str, now: datetime) -> Account:
    """Locked. Raises `WrongCode` for an invitation that was used, is too old or never was."""
    held = select(Account).join(Invitation, col(Invitation.account_id) == col(Account.id)).where(
        Invitation.token_hash == hashed(token), col(Invitation.used_at).is_(None), Invitation.expires_at > now,
        col(Account.disabled_at).is_(None))
    account = (await tx.exec(held.with_for_update())).first()
    if account is None:
        raise WrongCode()
    return account


def refuse_weak(password: str, username: str, field: str) -> None:
    """Raises `Invalid`."""
    if wrong := wrong_with_password(same_however_typed(password), username):
        raise Invalid(errors=[FieldError(field, wrong)])


async def change_password(attempt: Attempt, account_id: UUID, password: str, code: str, new: str, keep: UUID | None) -> None:
    """All sessions but `keep` end. Raises `Refused` or `Invalid`."""
    account = await staff_account(attempt, account_id)
    refuse_weak(new, str(account.username), "body.new_password")
    await staff.sign_in(attempt, str(account.username), password, code)
    password_hash = await attempt.state.passwords.hash(same_however_typed(new))
    async with attempt.transaction() as tx:
        account = await tx.get_one(Account, account_id, with_for_update=True)
        account.password_hash = password_hash
        await tx.run_sync(sessions.end_all, account_id, "password_changed", attempt.now, keep)
        record(tx, "account.password_changed", kind="account", subject_id=account_id, community=account.community)


async def replace_factor(attempt: Attempt, account_id: UUID, password: str, code: str) -> EnrolmentOut:
    """The authenticator until now opens until the new one is confirmed. Raises `Refused`."""
    account = await staff_account(attempt, account_id)
    await staff.sign_in(attempt, str(account.username), password, code)
    async with attempt.transaction() as tx:
        uri = await factors.enrol(tx, account_id, str(account.username), attempt.now)
    return EnrolmentOut(username=str(account.username), otpauth_uri=uri)


async def confirm_factor(attempt: Attempt, account_id: UUID, code: str) -> list[str]:
    """Recovery codes; those from before are gone. Raises `Refused`."""
    attempt = attempt.meaning("sign_in_tally.factor", str(account_id))
    await attempt.count("sign_in")
    async with attempt.transaction() as tx:
        codes = await factors.confirm(tx, account_id, code, attempt.now)
        if codes is not None:
            await attempt.succeeded(tx)
            record(tx, "account.factor_replaced", kind="account", subject_id=account_id)
    if codes is None:
        raise WrongCode()
    return codes


async def staff_account(attempt: Attempt, account_id: UUID) -> Account:
    """Raises `NoAccount` for one without a password."""
    async with attempt.transaction() as tx:
        account = await tx.get(Account, account_id)
    if account is None or account.username is None:
        raise NoAccount()
    return account


async def forget_invitations(tx: AsyncSession, now: datetime) -> bool:
    await tx.exec(delete(Invitation).where(Invitation.expires_at < now))
    return False
