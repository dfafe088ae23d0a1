"""Authenticators (RFC 6238) and the recovery codes for whoever has lost theirs. Each code opens once."""

import secrets
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.identity.issuer.sign_in import factor_rules as rules
from shared.identity.issuer.sign_in.code_rules import plain_digits
from shared.identity.issuer.sign_in.models import RecoveryCode, SecondFactor

ISSUER_NAME = "邻里 Linli"


async def enrol(tx: AsyncSession, account_id: UUID, username: str, now: datetime) -> str:
    """An otpauth URI, shown this once. What waited to be confirmed before waits no more."""
    await tx.exec(delete(SecondFactor).where(
        SecondFactor.account_id == account_id, col(SecondFactor.confirmed_at).is_(None)))
    secret = pyotp.random_base32()
    tx.add(SecondFactor(account_id=account_id, secret=secret, created_at=now))
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER_NAME)


async def confirm(tx: AsyncSession, account_id: UUID, code: str, now: datetime) -> list[str] | None:
    """Recovery codes, shown this once; the factor and codes from before are gone. None for a wrong code."""
    waiting = await find(tx, account_id, confirmed=False)
    if waiting is None or not takes(waiting, code, now):
        return None
    await forget(tx, account_id, keep=waiting.id)
    waiting.confirmed_at = now
    codes = ["".join(secrets.choice(rules.RECOVERY_ALPHABET) for _ in range(rules.RECOVERY_LETTERS))
             for _ in range(rules.RECOVERY_CODES)]
    tx.add_all(RecoveryCode(account_id=account_id, digest=digest_of(tx, account_id, code)) for code in codes)
    return ["-".join(code[start:start + 4] for start in range(0, len(code), 4)) for code in codes]


async def forget(tx: AsyncSession, account_id: UUID, keep: UUID | None = None) -> None:
    await tx.exec(delete(SecondFactor).where(SecondFactor.account_id == account_id, col(SecondFactor.id) != keep)
                  if keep else delete(SecondFactor).where(col(SecondFactor.account_id) == account_id))
    await tx.exec(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))


async def find(tx: AsyncSession, account_id: UUID, *, confirmed: bool) -> SecondFactor | None:
    """Locked: of two who show the same code at once, one is too late."""
    state = col(SecondFactor.confirmed_at).is_not(None) if confirmed else col(SecondFactor.confirmed_at).is_(None)
    held = select(SecondFactor).where(SecondFactor.account_id == account_id, state)
    return (await tx.exec(held.with_for_update().execution_options(populate_existing=True))).first()


async def prove(tx: AsyncSession, account_id: UUID, typed: str, now: datetime) -> tuple[str, ...]:
    """What of RFC 8176 the code has shown: a code of the authenticator or a recovery code; empty for a wrong one."""
    if recovery := rules.canonical_recovery_code(typed):
        return ("mfa",) if await use_recovery_code(tx, account_id, recovery, now) else ()
    factor = await find(tx, account_id, confirmed=True)
    return ("otp", "mfa") if factor is not None and takes(factor, typed, now) else ()


def takes(factor: SecondFactor, typed: str, now: datetime) -> bool:
    totp = pyotp.TOTP(factor.secret)
    step = rules.step_of(plain_digits(typed), factor.last_step, now.timestamp(), totp.generate_otp)
    if step is None:
        return False
    factor.last_step = step
    return True


async def use_recovery_code(tx: AsyncSession, account_id: UUID, code: str, now: datetime) -> bool:
    held = select(RecoveryCode).where(
        RecoveryCode.account_id == account_id, RecoveryCode.digest == digest_of(tx, account_id, code))
    row = (await tx.exec(held.with_for_update())).first()
    if row is None or row.used_at is not None:
        return False
    row.used_at = now
    return True


def digest_of(tx: AsyncSession, account_id: UUID, code: str) -> str:
    return tx.info["vault"].index.digest("recovery_code.digest", f"{account_id}\n{code}")
