"""AZ-6: people whose names, numbers and illnesses stand nowhere else are written down in every way there is, in a whole
neighbourhood of real processes; then the raw dumps of all databases, every message of every stream and every line of
every log are searched for them."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import nats
import pytest

from deploy.databases import BACKUP, database_of
from deploy.local import Neighbourhood
from deploy.local.binaries import postgres_bin
from deploy.stories.people import Neighbour, People, eventually
from deploy.topology import APPLICATIONS, OPERATOR

pytestmark = pytest.mark.anyio

COMMUNITY = "dungen"
NAME, OTHER_NAME = "金丝雀", "云中雁"
PHONE, OTHER_PHONE = "13987650001", "13987650002"
ID_NUMBER = "510106195208139965"
ILLNESS = "阿尔茨海默"
CANARIES = (NAME, OTHER_NAME, PHONE, OTHER_PHONE, ID_NUMBER, ILLNESS)
STORY = f"{NAME}患{ILLNESS}，电话{PHONE}，身份证{ID_NUMBER}"
LIST = f"姓名,性别,身份证号码,联系电话,备注\n{OTHER_NAME},女,,{OTHER_PHONE},{ILLNESS}\n{NAME},女,{ID_NUMBER[:-1]}0,{PHONE}x,{ILLNESS}\n"


@pytest.fixture
def neighbourhood(tmp_path: Path) -> Iterator[Neighbourhood]:
    tmp_path.chmod(0o755)
    with Neighbourhood(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def people(anyio_backend: str, neighbourhood: Neighbourhood) -> AsyncIterator[People]:
    known = People(neighbourhood.gateway_url, neighbourhood.keys.persona_password.read_text().strip())
    yield known
    await known.close()


async def write_down_everywhere(people: People) -> None:
    """By every service, as field, as free text, in a list, and in what is refused."""
    worker, coordinator = people[f"social_worker@{COMMUNITY}"], people["coordinator@hub"]
    await coordinator.post("/resources/v1/communities", {"community": COMMUNITY, "name": "敦根社区"})
    resident = await worker.post("/resources/v1/residents", {
        "community": COMMUNITY, "name": NAME, "phones": [PHONE], "id_number": ID_NUMBER, "notes": ILLNESS,
        "address": STORY, "tags": [ILLNESS], "family": [{"name": OTHER_NAME, "relation": "女儿", "phones": [OTHER_PHONE]}]})
    await worker.post("/volunteer/v1/volunteers", {"community": COMMUNITY, "resident_id": resident["id"]})
    await worker.post("/volunteer/v1/hazards", {
        "community": COMMUNITY, "kind": "no_smoke_detector", "description": STORY, "place_label": f"{NAME}家"})
    for kind in ("dispute", "hazard"):
        await worker.post("/mediation/v1/opinions", {
            "community": COMMUNITY, "kind": kind, "words": STORY, "place_label": f"{NAME}家",
            "noted_down": {"contact": OTHER_PHONE, "read_back": True}})
    await people[f"care_assistant@{COMMUNITY}"].post("/eldercare/v1/home-safety-checks", {
        "community": COMMUNITY, "resident_id": resident["id"], "checklist": "home-2026-11",
        "findings": [{"room": "bathroom", "item": "toilet_handrail", "result": "hazard", "severity": 2, "note": STORY}]})
    upload = await worker.send("POST", "/resources/v1/imports", data={"community": COMMUNITY, "dry_run": "false"},
                               files={"file": ("老人名单.csv", LIST.encode(), "text/csv")})
    assert upload.status_code in (201, 202), upload.text
    await eventually(lambda: worker.get(f"/resources/v1/imports/{upload.json()['id']}"),
                     lambda job: job["state"] in ("done", "failed"), "the import")
    await be_refused_everywhere(worker, resident["id"])
    await worker.get(f"/resources/v1/residents/{resident['id']}", reveal=True)
    await worker.post("/resources/v1/residents/search", {"community": COMMUNITY, "phone": PHONE})


async def be_refused_everywhere(worker: Neighbour, resident_id: str) -> None:
    for path, body in (
        ("/resources/v1/residents", {"community": COMMUNITY, "name": NAME, "phones": [f"{PHONE}{PHONE}"]}),
        ("/resources/v1/residents", {"community": COMMUNITY, "name": NAME, "phones": [PHONE], "id_number": ID_NUMBER}),
        ("/resources/v1/residents", {"community": STORY, STORY: STORY}),
        ("/volunteer/v1/hazards", {"community": COMMUNITY, "kind": STORY}),
        ("/volunteer/v1/volunteers", {"community": COMMUNITY, "name": NAME, "squad_id": STORY}),
        ("/mediation/v1/opinions", {"community": COMMUNITY, "kind": STORY, "words": STORY}),
        ("/eldercare/v1/home-safety-checks", {"community": COMMUNITY, "resident_id": resident_id, "checklist": STORY}),
    ):
        await worker.refused(path, body)


def dump(neighbourhood: Neighbourhood, application: str, folder: Path) -> str:
    """As the backup role takes it."""
    place = urlsplit(neighbourhood.part("postgres").admin_url)
    file = folder / f"{application}.sql"
    subprocess.run(
        [postgres_bin(None) / "pg_dump", "--host", place.hostname, "--port", str(place.port), "--username", BACKUP,
         "--dbname", database_of(application), "--file", file],
        env=os.environ | {"PGPASSWORD": neighbourhood.keys.password(BACKUP).read_text().strip()}, check=True)
    return file.read_text()


async def messages(neighbourhood: Neighbourhood) -> list[bytes]:
    client = await nats.connect(
        neighbourhood.nats_url, nkeys_seed=str(neighbourhood.keys.seed(OPERATOR)), inbox_prefix=f"_INBOX_{OPERATOR}")
    try:
        jetstream, found = client.jetstream(), []
        for application in APPLICATIONS:
            state = (await jetstream.stream_info(application.upper())).state
            for sequence in range(max(state.first_seq, 1), state.last_seq + 1):
                message = await jetstream.get_msg(application.upper(), sequence)
                found.append(message.data + repr(message.headers).encode() + message.subject.encode())
        return found
    finally:
        await client.close()


def holds_a_canary(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text or canary.encode("unicode_escape").decode() in text]


async def test_nobody_is_found_in_dumps_messages_and_logs(
    neighbourhood: Neighbourhood, people: People, tmp_path: Path,
) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    await write_down_everywhere(people)
    operator = people["operator"]
    for service in ("volunteer", "mediation", "eldercare", "resources"):
        await eventually(lambda service=service: operator.get(f"/{service}/v1/outbox", limit=200),
                         lambda page: page["items"] and all(one["published_at"] for one in page["items"]), service)

    for application in APPLICATIONS:
        raw = await asyncio.to_thread(dump, neighbourhood, application, tmp_path)
        assert "COPY public." in raw and holds_a_canary(raw) == [], application
    said = await messages(neighbourhood)
    assert len(said) > 5 and datetime.now(UTC) > since
    assert [holds_a_canary(message.decode()) for message in said if holds_a_canary(message.decode())] == []
    logs = [path for path in (tmp_path / "data").rglob("*.log") if path.is_file()]
    assert len(logs) >= len(APPLICATIONS) + 2
    assert {path.name: found for path in logs if (found := holds_a_canary(path.read_text(errors="replace")))} == {}


def test_the_search_finds_what_it_looks_for() -> None:
    assert holds_a_canary(f"x{STORY}x") == [NAME, PHONE, ID_NUMBER, ILLNESS]
    assert holds_a_canary(r'{"words": "\u91d1\u4e1d\u96c0"}') == [NAME]
