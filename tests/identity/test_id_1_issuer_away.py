"""ID-1: without the issuer everybody who is signed in works on, at all four services; new sign-ins are told to try again."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.neighbourhood import Neighbourhood
from deploy.topology import SERVICES
from shared.http.problems import MEDIA_TYPE

LISTS = {
    "volunteer": "/volunteer/v1/hazards?community=yingui", "mediation": "/mediation/v1/opinions?community=yingui",
    "eldercare": "/eldercare/v1/home-safety-checks?community=yingui", "resources": "/resources/v1/needs?community=yingui"}


@pytest.fixture(scope="module")
def neighbourhood() -> Iterator[Neighbourhood]:
    folder = Path(tempfile.mkdtemp(prefix="linli-id-1-"))
    with Neighbourhood(folder / "data", fsync=False) as running:
        yield running
    shutil.rmtree(folder)


def test_id_1_the_issuer_is_away(neighbourhood: Neighbourhood) -> None:
    with httpx.Client(base_url=neighbourhood.gateway_url, trust_env=False, timeout=30) as http:
        password = neighbourhood.keys.persona_password.read_text().strip()
        sign_in = {"grant_type": "password", "username": "social_worker@yingui", "password": password}
        token = http.post("/identity/v1/token", data=sign_in).json()["access_token"]
        neighbourhood.take_down("identity")

        signed = {"Authorization": f"Bearer {token}"}
        assert set(LISTS) == set(SERVICES)
        assert {service: http.get(path, headers=signed).status_code for service, path in LISTS.items()} == dict.fromkeys(LISTS, 200)

        refused = http.post("/identity/v1/token", data=sign_in)
        assert (refused.status_code, refused.headers["content-type"]) == (503, MEDIA_TYPE)
        assert int(refused.headers["retry-after"]) > 0

        neighbourhood.bring_up(neighbourhood.part("identity"))
        assert http.post("/identity/v1/token", data=sign_in).status_code == 200
