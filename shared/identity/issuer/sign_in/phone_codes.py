"""A code by text message: asked for, and shown again. Whether anybody has the telephone, no answer tells."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.identity.issuer.accounts import actions as accounts
from shared.identity.issuer.accounts.phones import normalised
from shared.identity.issuer.refusals import InvalidRequest, NoAccount, WrongCode
from shared.identity.issuer.sign_in import code_rules as rules
from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.authenticated import Authenticated
from shared.identity.issuer.sign_in.models import InboxMessage, PhoneCode

PHONE = "phone_code.phone"
"""The name under which telephones are digested for codes and tallies."""
FORGOTTEN_AT_ONCE = 5000


def phone_of(attempt: Attempt, typed: str) -> str:
    """Raises `InvalidRequest`, which does not repeat what was typed."""
    phone = normalised(typed, attempt.state.settings.phone_prefixes)
    if phone is None:
        raise InvalidRequest("手机号不正确", "This is not a telephone that can get a code")
    return phone


async def request_code(attempt: Attempt, typed: str) -> None:
    """Sends a new code, which takes the place of the one before. Raises `Refused`."""
    phone = phone_of(attempt, typed)
    attempt = attempt.meaning(PHONE, phone)
    await attempt.count("send")
    code = rules.number_of(secrets.randbelow(10**rules.DIGITS))
    held = {"code_digest": digest_of(attempt, code), "network": attempt.network, "tries": 0, "tries_elsewhere": 0,
            "expires_at": attempt.now + rules.LIFE}
    async with attempt.transaction() as tx:
        await tx.exec(insert(PhoneCode).values(phone_digest=attempt.who, **held).on_conflict_do_update(
            index_elements=["phone_digest"], set_=held))
    await attempt.state.sender.send(attempt, phone, code)


async def sign_in(attempt: Attempt, typed: str, code: str) -> Authenticated:
    """Raises `Refused`."""
    account_id = await prove_phone(attempt, typed, code)
    return Authenticated(account_id, ("sms",), attempt.now)


async def prove_phone(attempt: Attempt, typed: str, code: str) -> UUID:
    """Whose account the telephone is; one is made at the first time, where the settings let. Raises `Refused`."""
    phone = phone_of(attempt, typed)
    attempt = attempt.meaning(PHONE, phone)
    await attempt.count("sign_in")
    async with attempt.transaction() as tx:
        is_right = await take_code(tx, attempt, code)
        account = await accounts.find_or_register(tx, phone, attempt.state.settings, attempt.now) if is_right else None
        if account is not None:
            await attempt.succeeded(tx)
    if not is_right:
        raise WrongCode()
    if account is None:
        raise NoAccount()
    return account.id


async def take_code(tx: AsyncSession, attempt: Attempt, typed: str) -> bool:
    """True once for a right code. A wrong one is counted, so commit also then. `attempt` means the telephone."""
    row = (await tx.exec(select(PhoneCode).where(PhoneCode.phone_digest == attempt.who).with_for_update())).first()
    if row is None:
        return False
    elsewhere = row.network != attempt.network
    held = rules.Held(row.expires_at, row.tries, row.tries_elsewhere)
    if not rules.may_be_tried(held, attempt.now, elsewhere=elsewhere):
        return False
    if secrets.compare_digest(row.code_digest, digest_of(attempt, rules.plain_digits(typed))):
        await tx.delete(row)
        return True
    row.tries += 1
    row.tries_elsewhere += elsewhere
    return False


def digest_of(attempt: Attempt, code: str) -> str:
    """Of this code for this telephone: one of another telephone, or a copied row, opens nothing."""
    return attempt.digest("phone_code.code", f"{attempt.who}\n{code}")


async def forget_phone_codes(tx: AsyncSession, now: datetime) -> bool:
    """True when more is waiting."""
    codes = select(PhoneCode.phone_digest).where(PhoneCode.expires_at < now).limit(FORGOTTEN_AT_ONCE)
    messages = select(InboxMessage.id).where(InboxMessage.sent_at < now - 12 * rules.LIFE).limit(FORGOTTEN_AT_ONCE)
    await tx.exec(delete(InboxMessage).where(col(InboxMessage.id).in_(messages)))
    gone = await tx.exec(delete(PhoneCode).where(col(PhoneCode.phone_digest).in_(codes)))
    return gone.rowcount == FORGOTTEN_AT_ONCE
