"""Before somebody signs in: a code to their telephone, an invitation; and after: their password, factor and telephone."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request

from shared.http.problems import NotFound, NotSignedIn, Words
from shared.identity.caller import Caller, SignedIn
from shared.identity.issuer.accounts import actions as accounts
from shared.identity.issuer.accounts.models import PhoneChangeIn, PhoneOut
from shared.identity.issuer.accounts.phones import masked
from shared.identity.issuer.refusals import WrongCode
from shared.identity.issuer.sessions.routes import owner
from shared.identity.issuer.sign_in import code_rules, enrolment, inbox, limits, phone_codes
from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.models import (
    EnrolmentOut, InboxOut, InvitationConfirmIn, InvitationOpenIn, PasswordChangeIn, PhoneCodeIn, PhoneCodeOut,
    RecoveryCodesOut, SecondFactorConfirmIn, SecondFactorIn,
)

router = APIRouter(tags=["sign-in"])

FRESH = timedelta(minutes=15)


class SignInAgain(NotSignedIn):
    """RFC 9470: a token somebody found on a desk changes nothing of the account."""

    title = Words("请重新登录后再试", "Sign in again first")
    headers = {"WWW-Authenticate": 'Bearer error="insufficient_user_authentication", '
                                   f"max_age={int(FRESH.total_seconds())}"}


@router.post("/v1/sign-in/phone-codes", status_code=202)
async def request_phone_code(request: Request, body: PhoneCodeIn) -> PhoneCodeOut:
    """The answer is the same whether or not anybody has that telephone. Too often: 429 with Retry-After."""
    await phone_codes.request_code(Attempt.of(request), body.phone)
    again_in = limits.LIMITS["send", "pair"].first
    return PhoneCodeOut(expires_in=int(code_rules.LIFE.total_seconds()), again_in=int(again_in.total_seconds()))


@router.get("/v1/development/inbox")
async def read_inbox(request: Request, phone: str) -> list[InboxOut]:
    """What a telephone would have received, newest first. On a developer's machine alone; elsewhere 404."""
    if not request.app.state.settings.uses_inbox:
        raise NotFound(kind="inbox", id="development")
    attempt = Attempt.of(request)
    return await inbox.read(attempt, phone_codes.phone_of(attempt, phone))


@router.post("/v1/sign-in/invitations/open")
async def open_invitation(request: Request, body: InvitationOpenIn) -> EnrolmentOut:
    """Sets the password, and gives what the authenticator needs. Then confirm with its first code."""
    return await enrolment.open_invitation(Attempt.of(request), body.invitation, body.password)


@router.post("/v1/sign-in/invitations/confirm")
async def confirm_invitation(request: Request, body: InvitationConfirmIn) -> RecoveryCodesOut:
    """From now on the account can sign in. Keep the recovery codes apart from the authenticator."""
    codes = await enrolment.confirm_invitation(Attempt.of(request), body.invitation, body.code)
    return RecoveryCodesOut(recovery_codes=codes)


@router.post("/v1/me/password", status_code=204)
async def change_password(request: Request, body: PasswordChangeIn, caller: SignedIn) -> None:
    """All other sessions end."""
    keep = UUID(caller.session_id) if caller.session_id else None
    await enrolment.change_password(
        Attempt.of(request), owner(caller), body.password, body.code, body.new_password, keep)


@router.post("/v1/me/second-factor")
async def replace_second_factor(request: Request, body: SecondFactorIn, caller: SignedIn) -> EnrolmentOut:
    """A new authenticator, to be confirmed with its first code; until then the old one counts."""
    return await enrolment.replace_factor(Attempt.of(request), owner(caller), body.password, body.code)


@router.post("/v1/me/second-factor/confirm")
async def confirm_second_factor(request: Request, body: SecondFactorConfirmIn, caller: SignedIn) -> RecoveryCodesOut:
    return RecoveryCodesOut(recovery_codes=await enrolment.confirm_factor(
        Attempt.of(request), owner(caller), body.code))


@router.put("/v1/me/phone")
async def change_phone(request: Request, body: PhoneChangeIn, caller: SignedIn) -> PhoneOut:
    """With a code that was sent to the new telephone, soon after signing in."""
    attempt = Attempt.of(request)
    refuse_stale(caller, attempt)
    phone = phone_codes.phone_of(attempt, body.phone)
    attempt = attempt.meaning(phone_codes.PHONE, phone)
    await attempt.count("sign_in")
    async with attempt.transaction() as tx:
        is_right = await phone_codes.take_code(tx, attempt, body.code)
        if is_right:
            await accounts.change_phone(tx, owner(caller), phone, attempt.now)
            await attempt.succeeded(tx)
    if not is_right:
        raise WrongCode()
    return PhoneOut(phone=masked(phone))


def refuse_stale(caller: Caller, attempt: Attempt) -> None:
    """Raises `SignInAgain`."""
    if caller.auth_time is None or attempt.now.timestamp() - caller.auth_time > FRESH.total_seconds():
        raise SignInAgain()
