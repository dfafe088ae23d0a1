"""Lists of goods from upload to the ledger: the item and the amount that were judged are those that are kept."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.resources.imports.items import CATALOGUE
from services.resources.main import app
from shared.testing import TestService, bearer, running
from tests.imports.test_goods import HANDED_OUT, HEADER, MASKS
from tests.imports.uploading import at_rest, upload
from tests.imports.writing import xlsx

pytestmark = pytest.mark.anyio

HUB = bearer("coordinator@*", subject="hub")


@pytest.fixture
async def resources(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        body = {"community": "yingui", "name": "银桂社区", "kind": "community", "reference_date": "2021-05-01"}
        assert (await service.post("/v1/communities", HUB, body)).status_code == 201
        yield service


async def taken_in(resources: TestService, sheets: Any) -> dict:
    return await at_rest(resources, HUB, await upload(resources, HUB, "物资.xlsx", xlsx(sheets)))


async def lots_of(resources: TestService) -> list[dict]:
    return (await resources.get("/v1/stock-lots?community=yingui", HUB)).json()["items"]


async def test_goods_are_kept_as_they_were_judged(resources: TestService) -> None:
    rows = [
        HEADER, ("光电式烟感探测器", None, 10, "个", "2021.4.1", None, None), ("N95口罩", "50只/盒", 20, "盒", "2021.4.1", "2023.4.1", "A"),
        ("84消毒液", None, 24, "瓶", "2021.4.1", "2023.4.1", "B"), ("对讲机", None, 6, "台", "2021.4.1", None, None),
    ]
    done = await taken_in(resources, rows)
    assert (done["state"], done["counts"]["accepted"]) == ("done", 4)
    lots = {lot["item"].split("_")[0]: lot for lot in await lots_of(resources)}
    kept = {name: (lot["on_hand"], lot["on_hold"], lot["held_because"]) for name, lot in lots.items()}
    assert kept == {
        "smoke": (10, False, None), "mask": (1000, False, None), "disinfectant": (24, True, "unit_unclear"), "goods": (6, False, None)}
    assert lots["mask"]["remark"] == "N95口罩；20 盒 50只/盒"
    again = await taken_in(resources, rows)
    assert (again["counts"]["accepted"], again["counts"]["linked"]) == (0, 4)


async def test_lists_that_repeat_each_other_are_taken_in_once(resources: TestService) -> None:
    sheets = {"4月": [HEADER, MASKS], "汇总": [HEADER, MASKS], "4月发放": HANDED_OUT, "发放汇总": HANDED_OUT}
    done = await taken_in(resources, sheets)
    assert (done["state"], done["counts"]["accepted"], done["counts"]["linked"]) == ("done", 2, 2)
    assert [lot["on_hand"] for lot in await lots_of(resources)] == [80]


async def test_what_was_handed_out_in_unclear_units_is_told_and_not_booked(resources: TestService) -> None:
    bottles = [HANDED_OUT[0], ("2021.4.2", "东湖社区", "消毒液", 3, "瓶", "王一")]
    done = await taken_in(resources, {"入库": [HEADER, ("消毒液", None, 9, "桶", "2021.4.1", "2023.4.1", None)], "发放": bottles})
    assert done["state"] == "done"
    handout = (await resources.get("/v1/handouts?community=yingui", HUB)).json()["items"][0]
    assert (handout["booked"], handout["remark"], [lot["on_hand"] for lot in await lots_of(resources)]) == (0, "3 瓶", [9])


async def test_the_words_of_lists_and_a_fresh_catalogue_are_one(resources: TestService) -> None:
    items = (await resources.get("/v1/items?limit=200", HUB)).json()["items"]
    facts = ("code", "zh", "en", "base_unit", "packs", "perishable", "min_days_left")
    held = {item["code"]: {fact: item[fact] for fact in facts} for item in items}
    assert held == {word.code: {fact: getattr(word, fact) for fact in facts} | {"packs": dict(word.packs)} for word in CATALOGUE}


@pytest.mark.parametrize("name", ["银沙北街22号院", "银沙新苑"])
async def test_a_list_finds_a_renamed_place_by_either_name(resources: TestService, name: str) -> None:
    def list_of(courtyard: str) -> dict:
        return {
            "院落": [("院落名称", "楼栋数", "户数", "建成年份"), (courtyard, 3, 120, 1990)],
            "住户": [("小区", "楼栋", "单元", "房号", "户主姓名", "在家人数"), (courtyard, "1栋", "2单元", "301", "秦婷", 2)],
        }

    await taken_in(resources, list_of("银沙北街22号院"))
    yard = (await resources.get("/v1/courtyards?community=yingui", HUB)).json()["items"][0]
    assert (await resources.call("PATCH", f"/v1/courtyards/{yard['id']}", HUB, {"name": "银沙新苑"})).status_code == 200
    done = await taken_in(resources, list_of(name))
    assert (done["state"], done["counts"]["accepted"], done["counts"]["linked"]) == ("done", 0, 2)
    for path in ("courtyards", "buildings", "households"):
        assert len((await resources.get(f"/v1/{path}?community=yingui", HUB)).json()["items"]) == 1
