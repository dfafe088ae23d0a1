"""Calls to the other services, with a service token, for what events may not carry."""

import time
from typing import Any

from shared import trace
from shared.clock import system_clock
from shared.http.outgoing import Answer, NotReached, Outgoing
from shared.http.problems import NotFound, Unavailable
from shared.identity.assertions import assertion
from shared.logs import log, what_failed
from shared.settings import SERVICES, Settings

MOST_BYTES = 32 * 2**20
"""Of one of our own: the directory of a large community's places has some megabytes."""
REFRESH_BEFORE_SECONDS = 60


def traced() -> dict[str, str]:
    traceparent = trace.current_traceparent.get()
    return {"traceparent": traceparent} if traceparent else {}


class Peers:
    def __init__(self, settings: Settings) -> None:
        urls = {service: getattr(settings, f"{service}_url") for service in SERVICES}
        self._peers = {service: Outgoing(url, most_bytes=MOST_BYTES) for service, url in urls.items() if url}
        self._issuer = Outgoing(settings.token_url) if settings.token_url else None
        self._settings = settings
        self._token, self._expires_at = "", 0.0

    async def get(self, service: str, path: str) -> Any:
        """Raises `NotFound` when the other service knows no such thing, `Unavailable` when it cannot be asked."""
        peer = self._peers.get(service)
        if peer is None:
            raise Unavailable(service=service)
        try:
            answer = await peer.get(
                path, headers={"Authorization": f"Bearer {await self._service_token()}"} | traced())
            if answer.status == 404:
                raise NotFound(service=service)
            return told(answer)
        except NotReached as error:
            log.warning("peer.away", peer=service, why=error.why, **what_failed(error))
            raise Unavailable(service=service) from None

    async def _service_token(self) -> str:
        if time.monotonic() < self._expires_at - REFRESH_BEFORE_SECONDS:
            return self._token
        settings = self._settings
        if self._issuer is None:
            raise Unavailable(service="identity")
        body = told(await self._issuer.post(data={"grant_type": "client_credentials"} | self._credential()))
        self._token, self._expires_at = body["access_token"], time.monotonic() + body["expires_in"]
        return self._token

    def _credential(self) -> dict[str, str]:
        """Read anew each time, so that it can be changed without a restart. Raises `Unavailable` without any."""
        settings = self._settings
        if settings.service_key_file:
            return assertion(settings.service_key_file, settings.service, settings.issuer_url, system_clock())
        if settings.service_credential_file is None:
            raise Unavailable(service="identity")
        return {"client_id": settings.service, "client_secret": settings.service_credential_file.read_text().strip()}

    async def close(self) -> None:
        for one in (*self._peers.values(), self._issuer):
            if one is not None:
                await one.close()


def told(answer: Answer) -> Any:
    """Raises `NotReached` unless it was asked well and answered well."""
    if answer.status != 200:
        raise NotReached(f"status_{answer.status}")
    return answer.json()
