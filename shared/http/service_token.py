"""A service's token of its own, asked for with its credential and kept until shortly before it ends."""

import base64
import time
from collections.abc import Mapping
from urllib.parse import quote_plus

from shared.clock import system_clock
from shared.http.outgoing import NotReached, Outgoing
from shared.http.problems import Unavailable
from shared.identity.assertions import assertion
from shared.identity.trust.discovery import discovered
from shared.identity.trust.issuers import ServiceClient, Trust
from shared.settings import Settings

REFRESH_BEFORE_SECONDS = 60


class ServiceToken:
    def __init__(self, settings: Settings, trust: Trust) -> None:
        self._settings, self._client, self._issuer = settings, trust.service_client, trust.service_issuer
        url = self._client.token_url if self._client else None
        self._endpoint = Outgoing(url) if url else None
        self._token, self._expires_at = "", 0.0

    async def current(self) -> str:
        """Raises `Unavailable` where nobody said how to ask, and `NotReached` for an issuer that gives none."""
        if time.monotonic() < self._expires_at - REFRESH_BEFORE_SECONDS:
            return self._token
        if self._client is None:
            raise Unavailable(service="identity")
        form, headers = self._shown(self._client)
        answer = await (await self._asked()).post(
            data={**self._client.form, "grant_type": "client_credentials", **form}, headers=headers)
        body = answer.json() if answer.status == 200 else None
        if not isinstance(body, dict) or not isinstance(body.get("access_token"), str):
            raise NotReached(f"token_status_{answer.status}")
        self._token, self._expires_at = body["access_token"], time.monotonic() + float(body.get("expires_in", 0))
        return self._token

    async def close(self) -> None:
        if self._endpoint is not None:
            await self._endpoint.close()

    async def _asked(self) -> Outgoing:
        if self._endpoint is None:
            self._endpoint = Outgoing(await discovered(self._issuer, "token_endpoint"))
        return self._endpoint

    def _shown(self, client: ServiceClient) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The form's and the header's part of showing who we are; read anew each time, so that a credential can be
        changed without a restart. Raises `Unavailable` without one."""
        settings, client_id = self._settings, client.client_id.replace("{service}", self._settings.service)
        credential = settings.service_key_file if client.method == "private_key_jwt" else settings.service_credential_file
        if credential is None:
            raise Unavailable(service="identity")
        if client.method == "private_key_jwt":
            return {"client_id": client_id} | assertion(credential, client_id, self._issuer, system_clock()), {}
        secret = credential.read_text().strip()
        if client.method == "client_secret_basic":
            return {}, {"Authorization": f"Basic {basic(client_id, secret)}"}
        return {"client_id": client_id, "client_secret": secret}, {}


def basic(client_id: str, secret: str) -> str:
    """RFC 6749 §2.3.1: both halves are first written as in a form."""
    return base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()
