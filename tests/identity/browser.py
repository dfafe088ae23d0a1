"""A browser without scripts, as far as the sign-in pages need one: cookies, forms, no redirect followed."""

import base64
import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.identity.conftest import ISSUER, RunningIssuer

VERIFIER = "a verifier of forty three characters or more-"[:44].replace(" ", "~")
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "https://app.linli.test/signed-in"
ASKED = {
    "response_type": "code", "client_id": "linli-web", "redirect_uri": REDIRECT, "state": "xyz~1", "scope": "openid",
    "code_challenge": CHALLENGE, "code_challenge_method": "S256", "nonce": "n-1"}
LOCAL = "https://linli.test"


class Browser:
    """Keeps cookies for the issuer's address, as it is seen from outside."""

    def __init__(self, issuer: RunningIssuer, **headers: str) -> None:
        transport = httpx.ASGITransport(issuer.app)
        self.client = httpx.AsyncClient(transport=transport, base_url=LOCAL, headers=headers)
        self.page: httpx.Response | None = None

    async def open(self, path: str, **query: Any) -> httpx.Response:
        self.page = await self.client.get(path, params=query or None)
        return self.page

    async def submit(self, step: str, **typed: str) -> httpx.Response:
        """The form of the page that has this button; the answer is the next page unless it leads elsewhere."""
        action, hidden = form_of(self.page.text, step)
        url = urljoin(str(self.page.request.url), action)
        answer = await self.client.post(url, data=hidden | {"step": step} | typed)
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.page = answer
        return answer


def form_of(html: str, step: str) -> tuple[str, dict[str, str]]:
    form = next(form for form in html.split("<form ")[1:] if f'name="step" value="{step}"' in form)
    action = unescape(re.search(r'action="([^"]*)"', form)[1])
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return action, {name: unescape(value) for name, value in hidden}


def answered(answer: httpx.Response) -> dict[str, str]:
    """The parameters a client is given at its redirect URI."""
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.partition("?")[0] == REDIRECT
    said = dict(parse_qsl(urlsplit(location).query))
    assert said.pop("iss") == ISSUER
    return said


async def code_for(issuer: RunningIssuer, username: str, password: str, **changes: str) -> str:
    browser = Browser(issuer)
    await browser.open("/v1/authorize", **ASKED | changes)
    return answered(await browser.submit("persona", username=username, password=password))["code"]
