"""Accounts are made by administrators, or by signing in for the first time; and disabled. Call in a transaction that
reaches everywhere wherever a telephone is looked for."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import locked
from shared.http.problems import Conflict, NotAllowed, Words, invalid
from shared.identity.caller import Caller
from shared.identity.issuer.accounts.models import AccountIn, AccountPhone
from shared.identity.issuer.accounts.phones import normalised
from shared.identity.issuer.grants.holding import not_over
from shared.identity.issuer.grants.models import AccountGrant
from shared.identity.issuer.models import Account
from shared.identity.issuer.sessions import actions as sessions
from shared.identity.issuer.settings import IssuerSettings
from shared.privacy.audit import record
from shared.reach import looking_everywhere

RESIDENT, STAFF = "居民", "工作人员"


async def find_by_phone(tx: AsyncSession, phone: str) -> Account | None:
    finds = tx.info["vault"].index.finds(AccountPhone, "phone", phone)
    owner = select(Account).join(AccountPhone, col(AccountPhone.account_id) == col(Account.id)).where(finds)
    return (await tx.exec(owner)).first()


async def find_or_register(tx: AsyncSession, phone: str, settings: IssuerSettings, now: datetime) -> Account | None:
    """For somebody who has shown that the telephone is theirs. None for a disabled account, and for none where people
    may not register themselves. A new account may do nothing until somebody gives it a grant."""
    account = await find_by_phone(tx, phone)
    if account is not None:
        return None if account.disabled_at else account
    if not settings.self_registration:
        return None
    account = Account(label=RESIDENT, created_at=now, updated_at=now)
    await add(tx, account)
    await add(tx, AccountPhone(account_id=account.id, phone=phone, proved_at=now))
    record(tx, "account.registered", kind="account", subject_id=account.id)
    return account


async def add(tx: AsyncSession, row: Account | AccountPhone) -> None:
    tx.add(row)
    await tx.flush()


async def make(tx: AsyncSession, asked: AccountIn, settings: IssuerSettings, now: datetime) -> Account:
    """With a telephone that somebody registered by themselves: that account, which belongs to the community from now on.

    Raises `Invalid`, or `Conflict` for a name or a telephone that is taken.
    """
    if not (asked.username or asked.phone):
        raise invalid("body.username", "用户名和手机号至少填一个", "Give a username or a phone")
    phone = normalised(asked.phone, settings.phone_prefixes) if asked.phone else None
    if asked.phone and phone is None:
        raise invalid("body.phone", "手机号不正确", "This is not a telephone that can get a code")
    async with looking_everywhere(tx):
        account = await made_or_adopted(tx, asked, phone, now)
        await tx.flush()
    record(tx, "account.made", kind="account", subject_id=account.id, community=asked.community)
    return account


async def made_or_adopted(tx: AsyncSession, asked: AccountIn, phone: str | None, now: datetime) -> Account:
    account = await find_by_phone(tx, phone) if phone else None
    if account is not None and (account.community or account.username or account.disabled_at):
        raise Conflict(Words("这个手机号已有账号", "This telephone has an account already"))
    if asked.username and await name_is_taken(tx, asked.username):
        raise Conflict(Words("这个用户名已被使用", "This username is taken"))
    is_new = account is None
    account = account or Account(label=STAFF if asked.username else RESIDENT, created_at=now)
    account.community, account.username = asked.community, asked.username
    account.person_id, account.updated_at = asked.person_id or account.person_id, now
    await add(tx, account)
    if is_new and phone:
        await add(tx, AccountPhone(account_id=account.id, phone=phone))
    return account


async def name_is_taken(tx: AsyncSession, username: str) -> bool:
    return (await tx.exec(select(Account.id).where(Account.username == username))).first() is not None


async def phones_of(tx: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await tx.exec(select(AccountPhone).where(col(AccountPhone.account_id).in_(list(ids))))
    return {row.account_id: row.phone for row in rows}


async def find_looked_after(tx: AsyncSession, id: UUID, caller: Caller, now: datetime) -> Account:
    """An account whose every grant is within the caller's reach: nobody takes over or shuts out somebody who may do
    more, or elsewhere. Raises `NotFound` or `NotAllowed`."""
    account = caller.must_find(await locked(tx, Account, id))
    held = select(AccountGrant.community).where(*not_over(id, now))
    async with looking_everywhere(tx):
        communities = set((await tx.exec(held)).all())
    if not all(caller.reaches(community) for community in communities):
        raise NotAllowed(Words("此账号在别处也有权限", "This account has grants elsewhere, too"), permission=caller.permission)
    return account


async def disable(tx: AsyncSession, account: Account, now: datetime) -> None:
    """At once: its sessions end in every service. Doing it again changes nothing."""
    if account.disabled_at is not None:
        return
    account.disabled_at = account.updated_at = now
    await tx.flush()
    await tx.run_sync(sessions.end_all, account.id, "account_disabled", now)
    record(tx, "account.disabled", kind="account", subject_id=account.id, community=account.community)


async def change_phone(tx: AsyncSession, account_id: UUID, phone: str, now: datetime) -> None:
    """For somebody who has shown that the new one is theirs. Raises `Conflict` when it is another account's."""
    owner = await find_by_phone(tx, phone)
    if owner is not None and owner.id != account_id:
        raise Conflict(Words("这个手机号已属于另一个账号", "This telephone belongs to another account"))
    row = (await tx.exec(select(AccountPhone).where(AccountPhone.account_id == account_id).with_for_update())).first()
    if row is None:
        await add(tx, AccountPhone(account_id=account_id, phone=phone, proved_at=now))
    else:
        row.phone, row.proved_at = phone, now
    record(tx, "account.phone_changed", kind="account", subject_id=account_id)
