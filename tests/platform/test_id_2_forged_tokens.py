"""ID-2: no service believes a forged token, whoever its issuer is. One answer for all, and one word in the log."""

import json
from typing import Any

import pytest

from shared.testing import running
from tests.identity.forgeries import FORGERIES
from tests.identity.signers import Signer
from tests.platform.apps import APPS

pytestmark = pytest.mark.anyio

LISTS = {"volunteer": "/v1/hazards?community=yingui", "mediation": "/v1/opinions?community=yingui",
         "eldercare": "/v1/home-safety-checks?community=yingui", "resources": "/v1/needs?community=yingui"}
REFUSAL = {"type": "urn:linli:problem:not-signed-in", "title": "Sign in first", "status": 401}


@pytest.mark.parametrize("service", APPS)
async def test_id_2_every_forgery_is_refused_alike(
    service: str, whose: Signer, issuer_settings: dict[str, Any], capsys: pytest.CaptureFixture[str],
) -> None:
    async with running(APPS[service], **issuer_settings) as running_service:
        believed = whose.bearer("social_worker@yingui")
        assert (await running_service.get(LISTS[service], believed)).status_code == 200
        for name, (forge, reason) in FORGERIES.items():
            capsys.readouterr()
            forged = {"Authorization": f"Bearer {forge(whose)}", "Accept-Language": "en"}
            answer = await running_service.get(LISTS[service], forged)
            assert (answer.status_code, answer.json()) == (401, REFUSAL), name
            assert answer.headers["www-authenticate"] == "Bearer"
            reasons, others = sorted_out(capsys.readouterr().out)
            assert reasons == ([reason] if forge(whose) else []), name  # no token at all is no reason
            assert [line.keys() for line in others] == [REQUEST], name


REQUEST = {"service", "level", "timestamp", "trace_id", "event", "method", "route", "status", "ms", "request_id"}


def sorted_out(printed: str) -> tuple[list[str], list[dict[str, Any]]]:
    """The reasons for which tokens were refused; and all other lines."""
    lines = [json.loads(line) for line in printed.splitlines()]
    refused = [line for line in lines if line["event"] == "token.refused"]
    assert all(line.keys() == {"service", "level", "timestamp", "trace_id", "event", "reason"} for line in refused)
    return [line["reason"] for line in refused], [line for line in lines if line not in refused]
