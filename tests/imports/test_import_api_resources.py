"""The register's import from upload to report, on a real database and with the worker as a process of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from io import BytesIO

import psutil
import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from services.resources.imports.actions import importer
from shared.reach import EVERYWHERE
from shared.spreadsheets.community import CommunityContext
from services.resources.imports.rules import judge
from services.resources.main import app
from shared.imports.companion import lapsing
from shared.jobs import run_once
from shared.spreadsheets.reading import read_workbook
from shared.spreadsheets.report import build_report
from shared.testing import TestService, bearer, eventually, running
from tests.imports.uploading import SAMPLES, at_rest, imported, rows, upload

pytestmark = pytest.mark.anyio

HUB = bearer("coordinator@*", subject="hub")
FAMILY, GIVEN = "王李张刘陈杨黄赵吴周", "安宁平福昌明清秀芳华建国"
WORKER = bearer("social_worker@yingui", subject="worker")
REGISTER = SAMPLES / "yingui" / "居民花名册.xlsx"


@pytest.fixture
async def resources(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        for slug, name, kind, day in (
            ("yingui", "银桂社区", "community", "2022-09-20"), ("dungen", "敦根社区", "community", "2022-09-22"),
            ("hub", "西安枢纽", "hub", "2020-02-14"),
        ):
            answer = await service.post("/v1/communities", HUB, {
                "community": slug, "name": name, "kind": kind, "reference_date": day})
            assert answer.status_code == 201, answer.text
        yield service


async def test_a_register_is_judged_first_and_then_applied(resources: TestService) -> None:
    judged = await imported(resources, WORKER, REGISTER, dry_run=True)
    assert (judged["state"], judged["counts"]["rows"], judged["rows_done"]) == ("judged", 408, 408)
    assert (await resources.get("/v1/residents?community=yingui", WORKER)).json()["items"] == []
    assert await resources.said() == []

    applied = await resources.post(f"/v1/imports/{judged['id']}/apply", WORKER)
    assert applied.status_code == 202, applied.text
    done = await at_rest(resources, WORKER, applied.json())
    assert (done["state"], done["counts"]) == ("done", judged["counts"])
    said = await resources.said()
    assert [row.type for row in said] == ["resources.resident.registered.v1"] * done["counts"]["accepted"]
    assert {str(row.correlation_id) for row in said} == {done["id"]}
    assert (await resources.post(f"/v1/imports/{judged['id']}/apply", WORKER)).status_code == 409


async def test_every_row_has_its_outcome_and_the_refused_ones_match_exactly(resources: TestService) -> None:
    done = await imported(resources, WORKER, REGISTER)
    workbook = read_workbook(REGISTER.read_bytes(), REGISTER.name)
    report = build_report(workbook, judge(workbook, CommunityContext("yingui", "银桂社区", date(2022, 9, 20))))
    refused = await rows(resources, WORKER, done, "refused")
    expected = [(row.sheet, row.row, row.column, row.code, row.zh, row.en, row.text, row.raw) for row in report.refused]
    assert [tuple(row[part] for part in ("sheet", "row", "column", "code", "zh", "en", "text", "raw"))
            for row in refused] == expected
    assert {row["code"] for row in refused} == {"missing_name"}
    accepted, linked = await rows(resources, WORKER, done, "accepted"), await rows(resources, WORKER, done, "linked")
    assert (len(accepted), len(linked), len(refused)) == (397, 8, 3)
    assert {row["raw"] for row in accepted} == {""}
    assert {row["record_id"] for row in linked} < {row["record_id"] for row in accepted}
    warned = await rows(resources, WORKER, done, "warned")
    assert len({row["row"] for row in warned}) == done["counts"]["warned"]


async def test_the_same_file_again_changes_nothing(resources: TestService) -> None:
    first = await imported(resources, WORKER, REGISTER)
    elders = await imported(resources, WORKER, SAMPLES / "yingui" / "老年人台账.xlsx")
    said, held = len(await resources.said()), await everything(resources)
    for path, before in ((REGISTER, first), (SAMPLES / "yingui" / "老年人台账.xlsx", elders)):
        again = await imported(resources, WORKER, path)
        assert again["counts"]["accepted"] == 0
        assert again["counts"]["linked"] == before["counts"]["accepted"] + before["counts"]["linked"]
        assert again["counts"]["refused"] == before["counts"]["refused"]
    assert len(await resources.said()) == said
    assert await everything(resources) == held


async def test_elders_are_linked_to_their_register_and_told_of_once(resources: TestService) -> None:
    await imported(resources, WORKER, REGISTER)
    before = len(await resources.said())
    elders = await imported(resources, WORKER, SAMPLES / "yingui" / "老年人台账.xlsx")
    told = (await resources.said())[before:]
    kinds = [row.type for row in told]
    assert kinds.count("resources.resident.registered.v1") == elders["counts"]["accepted"] == 15
    updated = [row.subject for row in told if row.type == "resources.resident.updated.v1"]
    assert 0 < len(updated) == len(set(updated)) <= elders["counts"]["linked"]
    links = (await resources.get(f"/v1/residents/{updated[0]}/links", WORKER)).json()
    assert {link["list_kind"] for link in links} == {"residents", "elders"}
    elder = (await resources.get(f"/v1/residents/{updated[0]}?reveal=true", WORKER)).json()
    assert elder["tags"] or elder["family"]
    assert elder["version"] == 2


async def test_courtyards_buildings_and_doors_become_places(resources: TestService) -> None:
    await imported(resources, WORKER, SAMPLES / "yingui" / "院落基本情况.csv")
    await imported(resources, WORKER, REGISTER)
    courtyards = (await resources.get("/v1/places?community=yingui&kind=courtyard&limit=200", WORKER)).json()["items"]
    assert len(courtyards) == 23
    assert all(104 < courtyard["longitude"] < 105 for courtyard in courtyards if courtyard["longitude"])
    resident = (await resources.post("/v1/residents/search?reveal=true", WORKER, {
        "community": "yingui", "name": "杨安元"})).json()["items"][0]
    household = (await resources.get(f"/v1/places/{resident['household_id']}", WORKER)).json()
    assert [place["name"] for place in household["parents"]] == ["银桂社区", "银桂桥路41号院", "1栋"]
    kept = (await resources.get(f"/v1/households/{resident['household_id']}", WORKER)).json()
    assert kept["head_id"] == resident["id"]


async def test_rental_houses_come_with_owners_and_tenants(resources: TestService) -> None:
    done = await imported(resources, HUB, SAMPLES / "dungen" / "出租屋台账.xlsx", community="dungen")
    assert [sheet["list_kind"] for sheet in done["sheets"]] == ["rental_houses", "residents"]
    worker = bearer("social_worker@dungen")
    path = "/v1/buildings?community=dungen&is_rental=true&reveal=true&limit=200"
    houses = (await resources.get(path, worker)).json()["items"]
    house = next(house for house in houses if house["code"] == "CZW001")
    assert (house["storeys"], house["rooms"], house["owner_name"]) == (4, 12, "何静")
    households = (await resources.get(f"/v1/households?building_id={house['id']}", HUB)).json()["items"]
    assert "404" in {household["door"] for household in households}
    found = (await resources.get("/v1/places?community=dungen&q=CZW001", HUB)).json()["items"]
    assert [place["id"] for place in found] == [house["id"]]


async def test_a_stock_ledger_becomes_lots_and_what_was_handed_out_leaves_them(resources: TestService) -> None:
    await imported(resources, HUB, SAMPLES / "hub" / "70个社区通讯录.xlsx", community="hub")
    ledger = SAMPLES / "hub" / "物资台账.xlsx"
    done = await imported(resources, HUB, ledger, community="hub")
    assert done["state"] == "done"
    handouts = (await resources.get("/v1/handouts?community=hub&item=mask&limit=200", HUB)).json()["items"]
    assert sum(one["quantity"] for one in handouts) == sum(one["booked"] for one in handouts) == 500
    assert sum(one["recipient_id"] is not None for one in handouts) > 20
    assert all(set(one["received_by"][1:]) == {"*"} for one in handouts)
    received = await resources.said("resources.stock.received.v1")
    assert sum(row.data["quantity"] for row in received if row.data["item"] == "mask") == 500
    again = await imported(resources, HUB, ledger, community="hub")
    assert (again["counts"]["accepted"], again["counts"]["linked"]) == (0, 47)
    assert await resources.said("resources.stock.received.v1") == received


@pytest.mark.parametrize(("name", "content", "code"), [
    ("居民花名册（最终版）副本.xlsx", (SAMPLES / "yingui" / "居民花名册（最终版）副本.xlsx").read_bytes(), "file_truncated"),
    ("空.csv", b"\xef\xbb\xbf \r\n", "file_empty"),
    ("~$居民花名册.xlsx", b"\x06admin", "file_lock"),
    ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "not_a_spreadsheet"),
])
async def test_a_file_that_is_none_gets_a_clear_problem(resources: TestService, name: str, content: bytes, code: str) -> None:
    answer = await resources.client.post(
        "/v1/imports", files={"file": (name, content)}, data={"community": "yingui"},
        headers=WORKER | {"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["type"] == "urn:linli:problem:unusable-file"
    assert answer.json()["detail"]
    assert (await resources.get("/v1/imports", WORKER)).json()["items"] == []


async def test_a_file_without_a_list_of_ours_fails_and_says_where_it_belongs(resources: TestService) -> None:
    patrols = await imported(resources, WORKER, SAMPLES / "yingui" / "隐患巡查记录.xlsx")
    assert (patrols["state"], patrols["problem"]["code"]) == ("failed", "belongs_elsewhere")
    assert patrols["sheets"][0]["belongs_to"] == "volunteer"
    text = await upload(resources, WORKER, "说明.csv", "今天天气很好\n没有表格\n".encode())
    assert (await at_rest(resources, WORKER, text))["problem"]["code"] == "not_recognised"
    blank = await at_rest(resources, WORKER, await upload(resources, WORKER, "空表.xlsx", empty_workbook()))
    assert (blank["state"], blank["problem"]["code"]) == ("failed", "file_empty")


async def test_a_wrong_extension_is_only_noted(resources: TestService) -> None:
    job = await upload(resources, WORKER, "居民花名册.xls", REGISTER.read_bytes(), dry_run=True)
    judged = await at_rest(resources, WORKER, job)
    assert judged["state"] == "judged"
    assert [note["code"] for note in judged["notes"]] == ["wrong_extension"]


async def test_the_same_upload_twice_with_one_key_is_one_import(resources: TestService) -> None:
    key = {"Idempotency-Key": "upload-1"}
    first = await upload(resources, WORKER, REGISTER.name, REGISTER.read_bytes(), dry_run=True, **key)
    again = await upload(resources, WORKER, REGISTER.name, REGISTER.read_bytes(), dry_run=True, **key)
    assert first == again
    other = await resources.client.post(
        "/v1/imports", files={"file": (REGISTER.name, b"name,phone\n")}, data={"community": "yingui"},
        headers=WORKER | key)
    assert other.status_code == 422
    assert (await at_rest(resources, WORKER, first))["state"] == "judged"


async def test_imports_are_for_those_who_keep_the_community(resources: TestService) -> None:
    done = await imported(resources, WORKER, SAMPLES / "yingui" / "院落基本情况.csv")
    stranger, leader = bearer("social_worker@dungen"), bearer("squad_leader@yingui")
    for path in (f"/v1/imports/{done['id']}", f"/v1/imports/{done['id']}/rows"):
        assert (await resources.get(path, stranger)).status_code == 404
        assert (await resources.get(path, leader)).status_code == 403
    for who, status in ((stranger, 403), (leader, 403)):
        answer = await resources.client.post(
            "/v1/imports", files={"file": ("a.csv", b"a,b\n")}, data={"community": "yingui"}, headers=who)
        assert answer.status_code == status
    unknown = await resources.client.post(
        "/v1/imports", files={"file": ("a.csv", b"a,b\n")}, data={"community": "nowhere"}, headers=HUB)
    assert unknown.json()["errors"][0]["field"] == "body.community"


async def test_several_files_of_one_community_are_imported_one_after_the_other(resources: TestService) -> None:
    names = ("院落基本情况.csv", "居民花名册.xlsx", "老年人台账.xlsx", "居民花名册.xlsx")
    jobs = await asyncio.gather(*(
        upload(resources, WORKER, name, (SAMPLES / "yingui" / name).read_bytes()) for name in names))
    done = [await at_rest(resources, WORKER, job) for job in jobs]
    assert {job["state"] for job in done} == {"done"}
    registered = await resources.said("resources.resident.registered.v1")
    assert len({row.subject for row in registered}) == len(registered) == 397 + 15


async def test_a_killed_worker_loses_and_doubles_nothing(resources: TestService) -> None:
    job = await upload(resources, WORKER, "大册.csv", long_register(3000))
    killed = 0
    for state in ("reading", "applying"):
        seen = await eventually(lambda: state_of(resources, job), lambda found, state=state: found in (state, "done"))
        if seen == state:
            killed += kill_worker()
    done = await at_rest(resources, WORKER, job)
    assert killed
    assert (done["state"], done["counts"]["accepted"]) == ("done", 3000)
    registered = await resources.said("resources.resident.registered.v1")
    assert len({row.subject for row in registered}) == len(registered) == 3000


async def test_a_file_that_always_brings_the_worker_down_is_given_up(resources: TestService) -> None:
    job = await upload(resources, WORKER, "大册.csv", long_register(3000))
    beginning = job["version"]
    while (found := (await resources.get(f"/v1/imports/{job['id']}", WORKER)).json())["state"] != "failed":
        assert found["state"] != "done"
        if found["version"] > beginning and kill_worker():
            beginning = found["version"]
        await asyncio.sleep(0.02)
    assert found["problem"]["code"] == "given_up"
    assert await resources.said() == []


async def test_ten_thousand_rows_show_their_progress_while_the_service_answers(
    resources: TestService, record_property: Callable[[str, object], None],
) -> None:
    begun = time.perf_counter()
    job, seen = await upload(resources, WORKER, "万人册.csv", long_register(10_000)), []
    while not seen or seen[-1]["state"] not in ("done", "failed"):
        seen.append((await resources.get(f"/v1/imports/{job['id']}", WORKER)).json())
        await asyncio.sleep(0.05)
    record_property("seconds", round(time.perf_counter() - begun, 1))
    assert seen[-1]["counts"]["accepted"] == 10_000
    assert {one["rows_total"] for one in seen} == {None, 10_000}
    assert len({(one["state"], one["rows_done"]) for one in seen}) > 3
    assert all(one["rows_done"] <= (one["rows_total"] or 0) for one in seen)
    pages = await resources.get("/v1/residents?community=yingui&limit=200", WORKER)
    assert len(pages.json()["items"]) == 200


async def test_what_was_judged_and_never_applied_is_forgotten(resources: TestService) -> None:
    judged = await imported(resources, WORKER, REGISTER, dry_run=True)
    assert await rows(resources, WORKER, judged, "refused")
    after_a_week = datetime.fromisoformat(judged["finished_at"]) + timedelta(days=7, seconds=1)
    for now, state in ((after_a_week - timedelta(minutes=1), "judged"), (after_a_week, "lapsed")):
        await run_once(lapsing(importer), resources.state.database, now, resources.state.relay.wake)
        assert await state_of(resources, judged) == state
    refused = await resources.post(f"/v1/imports/{judged['id']}/apply", WORKER)
    assert (refused.status_code, refused.json()["state"]) == (409, "lapsed")
    assert await rows_held(resources) == 0


async def test_rows_as_written_are_kept_a_month_and_their_counts_for_good(resources: TestService) -> None:
    done = await imported(resources, WORKER, REGISTER)
    after_a_month = datetime.fromisoformat(done["finished_at"]) + timedelta(days=30, seconds=1)
    for now, kept in ((after_a_month - timedelta(minutes=1), True), (after_a_month, False)):
        await run_once(lapsing(importer), resources.state.database, now, resources.state.relay.wake)
        assert bool(await rows_held(resources)) is kept
    assert (await resources.get(f"/v1/imports/{done['id']}", WORKER)).json()["counts"] == done["counts"]
    assert await rows(resources, WORKER, done, "refused") == []


async def test_rows_as_written_are_for_the_importer_alone(resources: TestService) -> None:
    done = await imported(resources, WORKER, REGISTER)
    colleague, hub = bearer("social_worker@yingui", subject="colleague"), bearer("coordinator@*", subject="somebody")
    assert (await resources.get(f"/v1/imports/{done['id']}", colleague)).json()["counts"] == done["counts"]
    for who, status in ((WORKER, 200), (bearer("community_admin@yingui"), 403), (colleague, 404), (hub, 404)):
        assert (await resources.get(f"/v1/imports/{done['id']}/rows", who)).status_code == status


async def rows_held(resources: TestService) -> int:
    async with resources.state.database.reading(EVERYWHERE) as session:
        return await session.scalar(select(func.count()).select_from(importer.tables.outcome))


async def test_a_household_without_a_door_is_known_by_its_head(resources: TestService) -> None:
    lines = "户主姓名,房号,在家人数,联系电话\n秦婷,,2,16800003467\n周玲,101,1,15400000391\n李朝元,,3,16300004861\n"
    for outcome in ("accepted", "linked"):
        done = await at_rest(resources, WORKER, await upload(resources, WORKER, "住户.csv", lines.encode()))
        assert (done["state"], done["counts"][outcome]) == ("done", 3)
    households = (await resources.get("/v1/households?community=yingui", WORKER)).json()["items"]
    assert sorted(one["people_count"] for one in households) == [1, 2, 3]
    assert all(one["head_id"] for one in households)


async def state_of(resources: TestService, job: dict) -> str:
    return (await resources.get(f"/v1/imports/{job['id']}", WORKER)).json()["state"]


def kill_worker() -> int:
    """How many of our own workers were killed."""
    workers = [child for child in psutil.Process().children() if is_worker(child)]
    for worker in workers:
        worker.kill()
    return len(workers)


def is_worker(process: psutil.Process) -> bool:
    try:
        return "shared.imports.worker" in process.cmdline()
    except psutil.Error:
        return False


def long_register(people: int) -> bytes:
    lines = ["楼栋,单元,房号,姓名,性别,联系电话,出生日期,与户主关系"]
    lines += [
        f"{1 + number // 500}栋,{1 + number // 100 % 5}单元,{101 + number // 3 % 1000},{FAMILY[number % len(FAMILY)]}"
        f"{GIVEN[number // 7 % len(GIVEN)]}{GIVEN[number % len(GIVEN)]},{'男女'[number % 2]},1{6 * 10**9 + number:010d},"
        f"{1940 + number % 70}-{1 + number % 12}-{1 + number % 28},{'户主' if number % 3 == 0 else '家属'}"
        for number in range(people)
    ]
    return "\n".join(lines).encode()


async def everything(resources: TestService) -> dict[str, list]:
    """What the register holds, versions included."""
    kept = {}
    for path in ("residents", "households", "buildings", "courtyards", "organisations"):
        page = (await resources.get(f"/v1/{path}?community=yingui&limit=200", WORKER)).json()
        kept[path] = [(item["id"], item["version"]) for item in page["items"]]
    return kept


def empty_workbook() -> bytes:
    file = BytesIO()
    Workbook().save(file)
    return file.getvalue()
