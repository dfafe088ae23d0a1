"""Calls to the other services, with a service token, for what events may not carry."""

import time
from typing import Any

import httpx

from shared import trace
from shared.http.problems import NotFound, Unavailable
from shared.logs import log, what_failed
from shared.settings import Settings

REFRESH_BEFORE_SECONDS = 60


def traced() -> dict[str, str]:
    traceparent = trace.current_traceparent.get()
    return {"traceparent": traceparent} if traceparent else {}


class Peers:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(timeout=5, trust_env=False)
        self._token, self._expires_at = "", 0.0

    async def get(self, service: str, path: str) -> Any:
        """Raises `NotFound` when the other service knows no such thing, `Unavailable` when it cannot be asked."""
        base = getattr(self._settings, f"{service}_url")
        if base is None:
            raise Unavailable(service=service)
        try:
            answer = await self._client.get(
                f"{base}{path}", headers={"Authorization": f"Bearer {await self._service_token()}"} | traced())
            if answer.status_code == 404:
                raise NotFound(service=service)
            answer.raise_for_status()
            return answer.json()
        except httpx.HTTPError as error:
            log.warning("peer.away", peer=service, **what_failed(error))
            raise Unavailable(service=service) from None

    async def _service_token(self) -> str:
        if time.monotonic() < self._expires_at - REFRESH_BEFORE_SECONDS:
            return self._token
        settings = self._settings
        if settings.token_url is None or settings.service_credential_file is None:
            raise Unavailable(service="identity")
        answer = await self._client.post(settings.token_url, data={
            "grant_type": "client_credentials",
            "client_id": settings.service,
            "client_secret": settings.service_credential_file.read_text().strip(),
        })
        answer.raise_for_status()
        body = answer.json()
        self._token, self._expires_at = body["access_token"], time.monotonic() + body["expires_in"]
        return self._token

    async def close(self) -> None:
        await self._client.aclose()
