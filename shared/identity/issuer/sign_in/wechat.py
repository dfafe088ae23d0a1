"""WeChat vouches for somebody: `code2Session` gives the openid for a one-time code of `wx.login` in the mini program.

It also gives a `session_key`, which nobody here needs: it is dropped with the answer.
"""

from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.http.outgoing import NotReached, Outgoing
from shared.identity.issuer.models import Account
from shared.identity.issuer.refusals import LinkRequired, NoAccount, ProviderAway, WrongCode
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.issuer.sign_in import phone_codes
from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.authenticated import Authenticated
from shared.identity.issuer.sign_in.models import WechatBinding
from shared.logs import log
from shared.privacy.audit import record

PATH = "/sns/jscode2session"
LONGEST_CODE = 200
BAD_CODES = frozenset({40029, 40163, 40226})
"""Not a code, used already, and of somebody WeChat has blocked."""


class Wechat:
    def __init__(self, settings: IssuerSettings) -> None:
        if settings.wechat_secret_file is None:
            raise ValueError("WECHAT_APP_ID needs WECHAT_SECRET_FILE")
        self._outgoing = Outgoing(settings.wechat_base_url)
        self._app = {"appid": str(settings.wechat_app_id), "secret": settings.wechat_secret_file.read_text().strip(),
                     "grant_type": "authorization_code"}

    async def openid_of(self, code: str) -> str:
        """Raises `InvalidGrant` or `ProviderAway`. Nothing of the answer but the openid leaves this function."""
        try:
            answer = (await self._outgoing.get(PATH, params=self._app | {"js_code": code})).json()
        except NotReached as failure:
            log.warning("wechat.not_reached", why=failure.why)
            raise ProviderAway() from None
        return openid_in(answer)

    async def close(self) -> None:
        await self._outgoing.close()


def openid_in(answer: Any) -> str:
    """Raises `InvalidGrant` or `ProviderAway`."""
    told = answer if isinstance(answer, dict) else {}
    openid, error = told.get("openid"), told.get("errcode", 0)
    if error in BAD_CODES:
        raise WrongCode()
    if error or not isinstance(openid, str) or not 1 <= len(openid) <= 128:
        log.warning("wechat.refused", errcode=error if isinstance(error, int) else None)
        raise ProviderAway()
    return openid


def wechat_of(settings: IssuerSettings) -> Wechat | None:
    return Wechat(settings) if settings.wechat_app_id else None


async def sign_in(attempt: Attempt, code: str, phone: str = "", phone_code: str = "") -> Authenticated:
    """Raises `Refused`; `LinkRequired` the first time, when there is no phone code with it."""
    if attempt.state.wechat is None:
        raise ProviderAway()
    if not 1 <= len(code) <= LONGEST_CODE:
        raise WrongCode()
    await attempt.count("sign_in")
    openid = attempt.digest("wechat_binding.openid", await attempt.state.wechat.openid_of(code))
    async with attempt.transaction() as tx:
        account = await bound_account(tx, openid)
        await attempt.succeeded(tx)
    if account is not None:
        if account.disabled_at:
            raise NoAccount()
        return Authenticated(account.id, ("wechat",), attempt.now)
    if not (phone and phone_code):
        raise LinkRequired()
    account_id = await phone_codes.prove_phone(attempt, phone, phone_code)
    async with attempt.transaction() as tx:
        tx.add(WechatBinding(openid_digest=openid, account_id=account_id, bound_at=attempt.now))
        record(tx, "account.wechat_linked", kind="account", subject_id=account_id)
    return Authenticated(account_id, ("wechat", "sms"), attempt.now)


async def bound_account(tx: AsyncSession, openid: str) -> Account | None:
    bound = select(Account).join(WechatBinding, WechatBinding.account_id == Account.id)
    return (await tx.exec(bound.where(WechatBinding.openid_digest == openid))).first()
