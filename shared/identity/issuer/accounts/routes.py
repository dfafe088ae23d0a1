"""Administrators look after the accounts of their community."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import ColumnElement, true
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Now
from shared.db import Tx, found
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.identity.caller import Caller, requires
from shared.identity.issuer.accounts import actions
from shared.identity.issuer.accounts.models import AccountIn, AccountMadeOut, AccountOut, InvitationOut
from shared.identity.issuer.accounts.phones import masked
from shared.identity.issuer.models import Account
from shared.identity.issuer.sign_in import enrolment
from shared.identity.policy import EVERYWHERE
from shared.types import Community

router = APIRouter(tags=["accounts"])

AccountsManage, AccountsRead = requires("accounts:manage"), requires("accounts:read")


def shown_once(answer: InvitationOut) -> InvitationOut:
    return answer.model_copy(update={"invitation": None})


def without_invitation(answer: AccountMadeOut) -> AccountMadeOut:
    return answer.model_copy(update={"invitation": answer.invitation and shown_once(answer.invitation)})


@router.post("/v1/accounts", status_code=201)
@idempotent(kept=without_invitation)
async def make_account(body: AccountIn, request: Request, tx: Tx, caller: AccountsManage, now: Now) -> AccountMadeOut:
    """With a `username`: answered with an invitation, shown this once, to be handed over in person.

    It may do nothing until it is given a grant.
    """
    caller.must_reach(body.community)
    account = await actions.make(tx, body, request.app.state.settings, now)
    invitation = await enrolment.invite(tx, account, now) if account.username else None
    return AccountMadeOut(**(await shown(tx, [account]))[0].model_dump(), invitation=invitation)


@router.get("/v1/accounts")
async def list_accounts(
    tx: Tx, caller: AccountsRead, query: Paging, community: Community | None = None,
) -> Page[AccountOut]:
    """Newest first; telephones are masked."""
    page = await page_of(tx, Account, query, within_reach(caller, community))
    return Page(items=await shown(tx, page.items), next=page.next)


@router.get("/v1/accounts/{account_id}")
async def read_account(account_id: UUID, tx: Tx, caller: AccountsRead) -> AccountOut:
    return (await shown(tx, [caller.must_find(await found(tx, Account, account_id))]))[0]


@router.post("/v1/accounts/{account_id}/disable")
@idempotent
async def disable_account(account_id: UUID, tx: Tx, caller: AccountsManage, now: Now) -> AccountOut:
    """At once: its sessions end in every service. Disabling it again changes nothing."""
    account = await actions.find_looked_after(tx, account_id, caller, now)
    await actions.disable(tx, account, now)
    return (await shown(tx, [account]))[0]


@router.post("/v1/accounts/{account_id}/invitations", status_code=201)
@idempotent(kept=shown_once)
async def invite_again(account_id: UUID, tx: Tx, caller: AccountsManage, now: Now) -> InvitationOut:
    """For somebody who has lost their password and their authenticator. What there was is gone, sessions too."""
    return await enrolment.invite(tx, await actions.find_looked_after(tx, account_id, caller, now), now)


def within_reach(caller: Caller, community: str | None) -> ColumnElement[bool]:
    """Whoever reaches everywhere also sees accounts that belong nowhere yet."""
    if community is None and EVERYWHERE in caller.communities():
        return true()
    return caller.scope(Account.community, community)


async def shown(tx: AsyncSession, rows: list[Any]) -> list[AccountOut]:
    phones = await actions.phones_of(tx, [row.id for row in rows])
    return [
        AccountOut.model_validate(row.model_dump() | {"phone": masked(phones[row.id]) if row.id in phones else None})
        for row in rows
    ]
