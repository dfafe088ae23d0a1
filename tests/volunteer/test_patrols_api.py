"""A patrol round over HTTP: the round and all its hazards at once, or nothing and every reason why."""

from typing import Any
from uuid import uuid4

import pytest

from services.volunteer.hazards.kinds import KINDS
from services.volunteer.patrols.checklists import CHECKLISTS
from shared.testing import TestService, bearer
from tests.volunteer.loop import COMMUNITY, FIXER, LEADER, STRANGER, get, post, types

pytestmark = pytest.mark.anyio

WALKED = {"starts_at": "2026-11-20T01:00:00Z", "ends_at": "2026-11-20T02:00:00Z"}


def round_of(*places: dict, **more: Any) -> dict:
    return {"community": COMMUNITY, "checklist": "rental-2026-11", "walked": WALKED, "places": list(places)} | more


def place(label: str, *kinds: str, **more: Any) -> dict:
    return {"place_label": label, "findings": [{"kind": kind} for kind in kinds]} | more


async def test_a_round_reports_all_its_hazards_in_its_loop(volunteer: TestService) -> None:
    loop = str(uuid4())
    body = round_of(place("CZW001 101", "no_smoke_detector", "no_exit_sign"), place("CZW001 102"),
                    place("CZW002 502", "gas_heater_self_installed", "other", "other"), correlation_id=loop)
    made = await post(volunteer, "/v1/patrols", body, FIXER)
    assert (made["places_checked"], made["hazards_found"], len(made["hazard_ids"])) == (3, 5, 5)
    rows = await volunteer.said()
    assert types(rows) == ["patrol.submitted", *["hazard.reported"] * 3, "hazard.escalated", *["hazard.reported"] * 2]
    assert {str(row.correlation_id) for row in rows} == {loop}
    hazard = await get(volunteer, f"/v1/hazards/{made['hazard_ids'][0]}")
    assert (hazard["origin"], hazard["patrol_id"], hazard["place_label"]) == ("patrol", made["id"], "CZW001 101")
    seen = await get(volunteer, f"/v1/patrols/{made['id']}", FIXER)
    assert seen == {name: value for name, value in made.items() if name != "hazard_ids"}


async def test_a_round_begins_a_loop_of_its_own(volunteer: TestService) -> None:
    one, other = [await post(volunteer, "/v1/patrols", round_of(place("一栋"))) for _ in range(2)]
    assert one["correlation_id"] != other["correlation_id"]
    assert [item["id"] for item in (await get(volunteer, "/v1/patrols"))["items"]] == [other["id"], one["id"]]


@pytest.mark.parametrize(("body", "fields"), [
    (round_of(place("一栋", "blocked_drain"), place("二栋", "no_exit_sign", "no_exit_sign")),
     {"body.places.0.findings.0.kind", "body.places.1.findings.1.kind"}),
    (round_of(place("一栋", "no_exit_sign", skipped=["no_exit_sign"])), {"body.places.0.findings.0.kind"}),
    (round_of(place("一栋"), checklist="of-old"), {"body.checklist"}),
    (round_of(place("一栋", "no_exit_sign"), squad_id=str(uuid4())), {"body.squad_id"}),
    (round_of(), {"body.places"}),
    (round_of(place("一栋"), walked={"starts_at": WALKED["ends_at"], "ends_at": WALKED["starts_at"]}), {"body.walked"}),
], ids=["off_the_list", "skipped", "no_such_list", "no_such_squad", "no_place", "backwards"])
async def test_every_wrong_finding_is_named_and_nothing_is_kept(
    volunteer: TestService, body: dict, fields: set[str],
) -> None:
    refused = await post(volunteer, "/v1/patrols", body, expect=422)
    assert {error["field"] for error in refused["errors"]} == fields
    assert await volunteer.said() == []
    assert (await get(volunteer, "/v1/hazards"))["items"] == []


async def test_who_walks_and_who_looks(volunteer: TestService) -> None:
    made = await post(volunteer, "/v1/patrols", round_of(place("一栋")))
    await post(volunteer, "/v1/patrols", round_of(place("一栋")), STRANGER, expect=403)
    resident = bearer(f"resident@{COMMUNITY}")
    await post(volunteer, "/v1/patrols", round_of(place("一栋")), resident, expect=403)
    assert (await volunteer.get(f"/v1/patrols/{made['id']}", STRANGER)).status_code == 404
    assert (await volunteer.get("/v1/patrols", resident)).status_code == 403
    assert (await volunteer.get("/v1/patrols", {})).status_code == 401


async def test_an_account_with_a_long_name_walks_too(volunteer: TestService) -> None:
    await post(volunteer, "/v1/patrols", round_of(place("一栋", "other")), bearer(f"volunteer@{COMMUNITY}", subject="v" * 255))


async def test_checklists_ask_in_both_languages(volunteer: TestService) -> None:
    shown = await get(volunteer, "/v1/patrols/checklists", LEADER)
    assert {one["version"]: [item["kind"] for item in one["items"]] for one in shown} == {
        version: list(kinds) for version, kinds in CHECKLISTS.items()}
    assert all(item["zh"] and item["en"] for one in shown for item in one["items"])
    assert {kind for kinds in CHECKLISTS.values() for kind in kinds} <= set(KINDS)
