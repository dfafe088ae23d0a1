"""Invites the first operator of an empty installation; everybody after them is invited over the API.

    python -m shared.identity.first_operator li.na            # where the issuer runs, with its environment
"""

import argparse
import asyncio
import re
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import system_clock
from shared.db import Database
from shared.identity.issuer.accounts.actions import STAFF
from shared.identity.issuer.accounts.models import USERNAME, InvitationOut
from shared.identity.issuer.grants.holding import not_over
from shared.identity.issuer.grants.models import AccountGrant
from shared.identity.issuer.models import Account
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.issuer.sign_in.enrolment import invite
from shared.identity.tables import BlindIndex
from shared.privacy.fields.vault import Vault
from shared.reach import EVERYWHERE

OPERATOR = "operator"


class ThereIsOne(Exception):
    """An operator can sign in already: they invite the next."""


async def invite_first(tx: AsyncSession, username: str, now: datetime) -> InvitationOut:
    """Until somebody has taken it up it can be done again, e.g. when the invitation was lost. Raises `ThereIsOne`."""
    operators = select(Account).join(AccountGrant, col(AccountGrant.account_id) == col(Account.id)).where(
        AccountGrant.role == OPERATOR, AccountGrant.community == EVERYWHERE, *not_over(Account.id, now))
    account = (await tx.exec(operators.with_for_update())).first()
    if account is not None and (account.username != username or account.password_hash):
        raise ThereIsOne()
    if account is None:
        account = Account(username=username, label=STAFF, created_at=now, updated_at=now)
        tx.add(account)
        await tx.flush()
        tx.add(AccountGrant(account_id=account.id, role=OPERATOR, community=EVERYWHERE, valid_from=now, reason="first"))
    return await invite(tx, account, now)


async def run(username: str) -> str:
    settings = IssuerSettings()
    vault = Vault.of("identity", settings.database, settings.field_keys_file, BlindIndex)
    database = Database(settings.database, "identity", 1, vault)
    try:
        async with database.transaction(EVERYWHERE) as tx:
            return str((await invite_first(tx, username, system_clock())).invitation)
    finally:
        await database.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m shared.identity.first_operator")
    parser.add_argument("username", help="a-z, 0-9, . _ -")
    username = parser.parse_args(arguments).username
    if not re.fullmatch(USERNAME, username):
        parser.error("username: 3 to 60 of a-z, 0-9, . _ -")
    try:
        print(asyncio.run(run(username)))
    except ThereIsOne:
        parser.exit(1, "已有运维员，请由其邀请。 There is an operator already: they invite the next.\n")


if __name__ == "__main__":
    main()
