"""Staff sign in with a name, a password and a code of their authenticator; all three, whatever their role."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select

from shared.identity.issuer.models import Account
from shared.identity.issuer.refusals import InvalidGrant, Refused
from shared.identity.issuer.rules import LONGEST_PASSWORD, LONGEST_USERNAME, canonical
from shared.identity.issuer.sign_in import factors
from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.authenticated import Authenticated
from shared.identity.issuer.sign_in.factor_rules import same_however_typed


class WrongCredentials(InvalidGrant):
    """One sentence for an unknown name, a wrong password, a wrong code and a disabled account."""

    def __init__(self) -> None:
        Refused.__init__(self, "用户名、密码或身份验证器的数字不正确",
                         "The username, the password or the code of the authenticator is not right")


@dataclass(frozen=True)
class Known:
    """What is read before the hashing, so that no connection is held while it lasts."""

    account_id: UUID | None
    password_hash: str | None


async def sign_in(attempt: Attempt, username: str, password: str, code: str) -> Authenticated:
    """Raises `Refused`; after the same time for every reason but too many tries."""
    if len(username) > LONGEST_USERNAME or len(password) > LONGEST_PASSWORD or not username.isprintable():
        raise WrongCredentials()
    name = canonical(username)
    attempt = attempt.meaning("sign_in_tally.staff", name)
    await attempt.count("sign_in")
    known = await find(attempt, name)
    shown = await shows(attempt, known, password, code)
    if known.account_id is None or not shown:
        raise WrongCredentials()
    return Authenticated(known.account_id, ("pwd", *shown), attempt.now)


async def find(attempt: Attempt, name: str) -> Known:
    async with attempt.transaction() as tx:
        account = (await tx.exec(select(Account).where(Account.username == name))).first()
    if account is None or account.disabled_at or account.password_hash is None:
        return Known(None, None)
    return Known(account.id, account.password_hash)


async def shows(attempt: Attempt, known: Known, password: str, code: str) -> tuple[str, ...]:
    """What the code proves, once the password is right; a code is used up only then."""
    matches = await attempt.state.passwords.matches(same_however_typed(password), known.password_hash)
    if known.account_id is None or not matches:
        return ()
    async with attempt.transaction() as tx:
        shown = await factors.prove(tx, known.account_id, code, attempt.now)
        if shown:
            await attempt.succeeded(tx)
    return shown
