"""The neighbourhood that runs in a data folder, as the other verbs reach it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from deploy.keys import Keys
from deploy.local.folder import DataFolder
from deploy.topology import ISSUER
from deploy.words import Refusal

OPERATOR = "operator"
PAGE = 200


class Running:
    """Raises a `Refusal` when nothing runs there."""

    def __init__(self, data: Path) -> None:
        folder = DataFolder(data)
        self.state = folder.state.running()
        if self.state is None:
            raise Refusal(f"{data} 里没有正在运行的邻里。请先运行 ./linli up。",
                          f"Nothing is running in {data}. Start it first: ./linli up")
        self.keys = Keys(folder.secrets)
        self.gateway_url: str = self.state["gateway_url"]
        self.nats_url: str = self.state["nats_url"]

    def token(self, account: str) -> str:
        """An access token of a seeded persona, `role@community`."""
        password = self.keys.persona_password.read_text().strip()
        form = {"grant_type": "password", "username": account, "password": password}
        with self.http() as http:
            return self.checked(http.post(f"/{ISSUER}/v1/token", data=form))["access_token"]

    def http(self, **headers: str) -> httpx.Client:
        # A proxy that the environment names is for the world outside, not for loopback.
        return httpx.Client(base_url=self.gateway_url, trust_env=False, timeout=30, headers=headers)

    def as_operator(self) -> httpx.Client:
        return self.http(Authorization=f"Bearer {self.token(OPERATOR)}")

    def listed(self, http: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a keyset list."""
        after: dict[str, str] = {}
        while True:
            page = self.checked(http.get(path, params={"limit": PAGE, **after}))
            yield from page["items"]
            if not page["next"]:
                return
            after = {"after": page["next"]}

    def post(self, http: httpx.Client, path: str, body: object = None) -> dict[str, Any]:
        return self.checked(http.post(path, json=body, headers={"Idempotency-Key": str(uuid4())}))

    @staticmethod
    def checked(answer: httpx.Response) -> dict[str, Any]:
        if answer.is_success:
            return answer.json()
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        said = [problem.get(key) for key in ("title", "detail", "error_description")]
        said = " ".join(filter(None, said)) or answer.reason_phrase
        raise Refusal(f"没有成功（{answer.status_code}）：{said}", f"Refused ({answer.status_code}): {said}")
