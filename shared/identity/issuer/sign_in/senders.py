"""How a code reaches a telephone: through the gateway of a provider of text messages, or into a developer's inbox."""

import json
from typing import Any, Protocol

from shared.http.outgoing import NotReached, Outgoing
from shared.identity.issuer.refusals import ProviderAway
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.models import InboxMessage
from shared.logs import log


class Sender(Protocol):
    async def send(self, attempt: Attempt, phone: str, code: str) -> None:
        """`phone` in E.164. Raises `ProviderAway`."""

    async def close(self) -> None: ...


class Gateway:
    """`POST` to one address, in the words of the provider: a JSON template in which `{phone}` and `{code}` are filled."""

    def __init__(self, settings: IssuerSettings) -> None:
        self._outgoing = Outgoing(str(settings.sms_gateway_url))
        self._template = settings.sms_template
        secret = settings.sms_secret_file
        self._headers = {settings.sms_header_name: secret.read_text().strip()} if secret else {}

    async def send(self, attempt: Attempt, phone: str, code: str) -> None:
        try:
            answer = await self._outgoing.post(
                json=filled(json.loads(self._template), {"phone": phone, "code": code}), headers=self._headers)
        except NotReached as failure:
            log.warning("sms.not_reached", why=failure.why)
            raise ProviderAway() from None
        if not 200 <= answer.status < 300:
            log.warning("sms.refused", status=answer.status)
            raise ProviderAway()

    async def close(self) -> None:
        await self._outgoing.close()


class Inbox:
    """Only on a developer's machine: whoever asks may read it."""

    async def send(self, attempt: Attempt, phone: str, code: str) -> None:
        digest = attempt.digest("phone_code.phone", phone)
        async with attempt.transaction() as tx:
            tx.add(InboxMessage(phone_digest=digest, code=code, sent_at=attempt.now))

    async def close(self) -> None:
        pass


class Nobody:
    """No gateway was set up: nobody can sign in by telephone here."""

    async def send(self, attempt: Attempt, phone: str, code: str) -> None:
        raise ProviderAway()

    async def close(self) -> None:
        pass


def sender_of(settings: IssuerSettings) -> Sender:
    if settings.uses_inbox:
        return Inbox()
    return Gateway(settings) if settings.sms_gateway_url else Nobody()


def filled(template: Any, values: dict[str, str]) -> Any:
    """Inside the strings of the template: what is filled in cannot change its structure."""
    if isinstance(template, dict):
        return {name: filled(part, values) for name, part in template.items()}
    if isinstance(template, list):
        return [filled(part, values) for part in template]
    if isinstance(template, str):
        for name, value in values.items():
            template = template.replace(f"{{{name}}}", value)
    return template
