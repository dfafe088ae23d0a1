"""Somebody at the issuer: their telephone, their authenticator, and the address they come from."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pyotp
from sqlmodel import col, select

from shared.identity.issuer.grants.models import AccountGrant
from shared.identity.issuer.models import Account
from shared.identity.issuer.oauth.models import PHONE_CODE, WECHAT_CODE
from shared.identity.tokens import mint
from shared.reach import EVERYWHERE
from tests.identity.conftest import ISSUER, RunningIssuer

MOBILE = {"client_id": "linli-mobile"}
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
PASSWORD = "seven small boats"


def from_address(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


async def ask_code(issuer: RunningIssuer, phone: str, address: str = HOME) -> httpx.Response:
    return await issuer.client.post("/v1/sign-in/phone-codes", json={"phone": phone}, headers=from_address(address))


async def newest_code(issuer: RunningIssuer, phone: str) -> str:
    return (await issuer.client.get("/v1/development/inbox", params={"phone": phone})).json()[0]["code"]


async def code_for_phone(issuer: RunningIssuer, phone: str, address: str = HOME) -> str:
    assert (await ask_code(issuer, phone, address)).status_code == 202
    return await newest_code(issuer, phone)


async def by_phone(issuer: RunningIssuer, phone: str, code: str, address: str = HOME) -> httpx.Response:
    return await issuer.ask(from_address(address), grant_type=PHONE_CODE, phone=phone, code=code, **MOBILE)


async def by_wechat(issuer: RunningIssuer, code: str, **more: str) -> httpx.Response:
    return await issuer.ask(from_address(HOME), grant_type=WECHAT_CODE, code=code, **MOBILE, **more)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def as_admin(issuer: RunningIssuer, *grants: str, subject: Any = None) -> dict[str, str]:
    """Headers with a token of this issuer."""
    from shared.identity.caller import Grant

    parsed = [Grant(*one.split("@")) for one in grants]
    token = mint(issuer.state.key_ring.signing, issuer=ISSUER, audience="linli", subject=subject or UUID(int=1),
                 grants=parsed, now=issuer.state.clock(), auth_time=issuer.state.clock())
    return {"Authorization": f"Bearer {token}"}


class Member:
    """Of the staff, enrolled by an invitation."""

    def __init__(self, issuer: RunningIssuer, username: str, account_id: str) -> None:
        self.issuer, self.username, self.account_id = issuer, username, account_id
        self.totp = pyotp.TOTP("A" * 32)
        self.recovery_codes: list[str] = []

    def code(self, steps: int = 0) -> str:
        return self.totp.at(self.issuer.state.clock() + timedelta(seconds=30 * steps))

    async def enrol(self, invitation: str, password: str = PASSWORD) -> None:
        opened = await self.issuer.client.post(
            "/v1/sign-in/invitations/open", json={"invitation": invitation, "password": password})
        assert opened.status_code == 200, opened.text
        self.totp = pyotp.parse_uri(opened.json()["otpauth_uri"])
        confirmed = await self.issuer.client.post(
            "/v1/sign-in/invitations/confirm", json={"invitation": invitation, "code": self.code(-1)})
        assert confirmed.status_code == 200, confirmed.text
        self.recovery_codes = confirmed.json()["recovery_codes"]

    async def prove(self, password: str = PASSWORD, code: str | None = None, address: str = HOME) -> Any:
        """As the sign-in page does. Raises `Refused`."""
        from starlette.requests import Request

        from shared.identity.issuer.oauth.proving import by_staff

        scope = {"type": "http", "app": self.issuer.app, "client": (address, 1),
                 "headers": [(b"x-forwarded-for", address.encode())]}
        form = {"username": self.username, "password": password, "otp": self.code() if code is None else code}
        return await by_staff(Request(scope), form)


async def new_member(issuer: RunningIssuer, username: str = "wang.fang", *roles: str, community: str = "yingui") -> Member:
    made = await issuer.client.post("/v1/accounts", json={"community": community, "username": username},
                                    headers=as_admin(issuer, f"community_admin@{community}"))
    assert made.status_code == 201, made.text
    member = Member(issuer, username, made.json()["id"])
    for role in roles:
        await grant(issuer, made.json()["id"], role, community)
    await member.enrol(made.json()["invitation"]["invitation"])
    return member


async def grant(issuer: RunningIssuer, account_id: str, role: str, community: str) -> None:
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        tx.add(AccountGrant(account_id=UUID(account_id), role=role, community=community,
                            valid_from=issuer.state.clock()))


async def accounts(issuer: RunningIssuer) -> list[Account]:
    """But the personas."""
    async with issuer.state.database.reading(EVERYWHERE) as session:
        rows = (await session.exec(select(Account).order_by(col(Account.created_at)))).all()
    return [row for row in rows if "@" not in (row.username or "") and row.id.version == 7]
