"""AZ-9: consents are recorded for one purpose at a time, withdrawn by a reversing record, and never changed."""

import os
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.rights.consents.notices import NOTICES
from services.resources.rights.consents.purposes import PURPOSES, SENSITIVE
from shared.clock import local_day, system_clock
from shared.privacy.rights.minors import age_on, barred_from, needs_guardian
from shared.privacy.rights.standing import Said, standing
from shared.testing import TestService, bearer
from shared.testing.databases import secret
from shared.types import new_id

TODAY = date(2026, 11, 25)
WORKER = bearer("social_worker@yingui", subject="worker")


def test_every_purpose_says_what_stops_and_what_goes_on() -> None:
    for code, purpose in PURPOSES.items():
        assert purpose.stops, code
        assert purpose.goes_on, f"{code}: withdrawal must not end the help itself (PIPL 16)"
        assert any(code in notice.purposes for notice in NOTICES.values()), f"nobody is told about {code}"


def test_health_and_handing_over_have_purposes_of_their_own() -> None:
    """AZ-9, PIPL 23 and 29: never part of another consent."""
    for code, purpose in PURPOSES.items():
        if SENSITIVE & set(purpose.categories):
            assert set(purpose.categories) <= SENSITIVE, code
            assert purpose.separate and "29" in purpose.separate
        if purpose.names_recipient:
            assert purpose.separate and "23" in purpose.separate


@pytest.mark.parametrize(("born", "guardian", "barred"), [
    (None, None, []),
    (date(2012, 11, 26), True, ["emergency_teams", "dangerous_rescue"]),
    (date(2012, 11, 25), False, ["emergency_teams", "dangerous_rescue"]),
    (date(2008, 11, 26), False, ["emergency_teams", "dangerous_rescue"]),
    (date(2008, 11, 25), False, []),
    (date(1940, 2, 29), False, []),
])
def test_what_depends_on_age(born: date | None, guardian: bool | None, barred: list[str]) -> None:
    assert (needs_guardian(born, TODAY), barred_from(born, TODAY)) == (guardian, barred)


def test_somebody_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    born = date(2012, 2, 29)
    assert (age_on(born, date(2026, 2, 28)), age_on(born, date(2026, 3, 1))) == (13, 14)


DAYS = st.integers(-30, 30).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    """What may have been recorded about one purpose, in the order in which it was."""
    records: list[Said] = []
    for _ in range(draw(st.integers(0, 8))):
        reversed_ids = {one.reverses_id for one in records}
        open_ones = [one for one in records if one.step == "given" and one.id not in reversed_ids]
        step = draw(st.sampled_from(["given", "refused", *(["withdrawn"] if open_ones else [])]))
        starts_on = draw(DAYS)
        ends_on = draw(st.none() | st.integers(0, 40).map(lambda days, first=starts_on: first + timedelta(days=days)))
        reverses = draw(st.sampled_from(open_ones)).id if step == "withdrawn" else None
        records.append(Said(new_id(), step, starts_on, ends_on if step == "given" else None, reverses))
    return records


@given(histories())
def test_how_a_purpose_stands(records: list[Said]) -> None:
    """In force only by a consent that was given, has begun, has not ended and was not withdrawn; the order in which
    records are read changes nothing; withdrawing all that stands ends it."""
    stand = standing(records, TODAY)
    assert standing(records[::-1], TODAY) == stand
    assert (stand.standing == "none") == (not records)
    reversed_ids = {one.reverses_id for one in records}
    if stand.standing == "given":
        said = stand.said
        assert said.step == "given" and said.id not in reversed_ids and said.starts_on <= TODAY
        assert said.ends_on is None or said.ends_on >= TODAY
    withdrawals = [Said(new_id(), "withdrawn", TODAY, None, one.id) for one in records
                   if one.step == "given" and one.id not in reversed_ids]
    assert standing([*records, *withdrawals], TODAY).standing not in ("given", "not_yet")


@given(histories(), DAYS, DAYS)
def test_time_alone_never_brings_a_consent_back(records: list[Said], one: date, other: date) -> None:
    first, later = min(one, other), max(one, other)
    if standing(records, first).standing in ("refused", "withdrawn"):
        assert standing(records, later).standing == standing(records, first).standing


pytestmark = pytest.mark.anyio


async def resident(service: TestService, **more: Any) -> str:
    body = {"community": "yingui", "name": "何秀兰", "birth_date": "1941-03-04"} | more
    answer = await service.post("/v1/residents", WORKER, body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def consent(resident_id: str, **more: Any) -> dict[str, Any]:
    return {"resident_id": resident_id, "purpose": "home_safety_check", "categories": ["home"],
            "notice": "general-2026-11", "method": "spoken_with_witness", "witness": "邻居李姐"} | more


async def test_a_consent_is_recorded_and_told(resources: TestService) -> None:
    """AZ-9."""
    id = await resident(resources)
    answer = await resources.post("/v1/consents", WORKER, consent(id))
    assert answer.status_code == 201, answer.text
    recorded = answer.json()
    assert (recorded["step"], recorded["basis"], recorded["starts_on"]) == (
        "given", "consent", local_day(system_clock()).isoformat())
    [said] = await resources.said("resources.consent.given.v1")
    assert said.data == {"consent_id": recorded["id"], "resident_id": id, "purpose": "home_safety_check",
                         "recipient_id": None, "starts_on": recorded["starts_on"], "ends_on": None}
    stands = (await resources.get(f"/v1/consents/of/{id}", WORKER)).json()["purposes"]
    assert {one["purpose"]: one["standing"] for one in stands} == dict.fromkeys(PURPOSES, "none") | {
        "home_safety_check": "given"}


async def test_a_withdrawal_stops_the_processing_and_not_the_help(resources: TestService) -> None:
    """AZ-9."""
    id = await resident(resources)
    given_id = (await resources.post("/v1/consents", WORKER, consent(id))).json()["id"]
    answer = await resources.post(
        f"/v1/consents/{given_id}/withdraw", WORKER, {"method": "paper_signed", "evidence": "柜3-17"})
    assert answer.status_code == 201, answer.text
    assert [one["code"] for one in answer.json()["stops"]] == ["notes", "pictures"]
    assert [one["code"] for one in answer.json()["goes_on"]] == ["check", "repairs"]
    [said] = await resources.said("resources.consent.withdrawn.v1")
    assert (said.data["consent_id"], said.data["purpose"]) == (given_id, "home_safety_check")
    stands = (await resources.get(f"/v1/consents/of/{id}", WORKER)).json()["purposes"]
    assert {one["standing"] for one in stands if one["purpose"] == "home_safety_check"} == {"withdrawn"}
    again = await resources.post(
        f"/v1/consents/{given_id}/withdraw", WORKER, {"method": "paper_signed", "evidence": "柜3-18"})
    assert again.status_code == 409
    steps = [one["step"] for one in (await resources.get(f"/v1/consents?resident_id={id}", WORKER)).json()["items"]]
    assert steps == ["withdrawn", "given"]


async def test_oneself_by_the_app_and_nobody_elses(resources: TestService) -> None:
    """AZ-9."""
    id, other = await resident(resources), await resident(resources, name="陈国强")
    me = bearer("resident@yingui", subject="account-of-xiulan", person_id=id)
    mine = consent(id, method="app", witness=None)
    assert (await resources.post("/v1/consents", me, mine)).status_code == 201
    assert (await resources.post("/v1/consents", me, mine | {"resident_id": other})).status_code == 404
    assert (await resources.post("/v1/consents", WORKER, mine)).status_code == 422, "the app is for oneself"
    assert [one["resident_id"] for one in (await resources.get("/v1/consents", me)).json()["items"]] == [id]
    assert (await resources.get(f"/v1/consents/of/{other}", me)).status_code == 404


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown purpose": ({"purpose": "advertising"}, "body.purpose"),
    "more than the purpose takes": ({"categories": ["home", "health"]}, "body.categories"),
    "a recipient where nothing is handed over": ({"recipient_id": str(new_id())}, "body.recipient_id"),
    "health without its own notice": ({"purpose": "health_record", "categories": ["health"]}, "body.notice"),
    "handing over to nobody": (
        {"purpose": "sharing", "categories": ["contact"], "notice": "handing-over-2026-11"}, "body.recipient_id"),
    "no witness": ({"witness": None}, "body.witness"),
    "no paper": ({"method": "paper_signed"}, "body.evidence"),
    "a guardian of no relation": ({"given_by": "guardian"}, "body.guardian_relation"),
    "an end before the start": ({"starts_on": "2026-12-01", "ends_on": "2026-11-30"}, "body.ends_on"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_no_consent_is_refused(resources: TestService, name: str) -> None:
    id = await resident(resources)
    more, field = WRONG[name]
    answer = await resources.post("/v1/consents", WORKER, consent(id, **more))
    assert answer.status_code == 422, answer.text
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert await resources.said("resources.consent.given.v1") == []


async def test_for_a_child_a_guardian_agrees(resources: TestService) -> None:
    """AZ-9, PIPL 31."""
    id = await resident(resources, birth_date=(local_day(system_clock()) - timedelta(days=365 * 10)).isoformat())
    alone = await resources.post("/v1/consents", WORKER, consent(id))
    assert alone.status_code == 422 and alone.json()["errors"][0]["field"] == "body.given_by"
    with_mother = consent(id, given_by="guardian", guardian_relation="mother", guardian_name="何丽")
    assert (await resources.post("/v1/consents", WORKER, with_mother)).status_code == 201
    seen = (await resources.get(f"/v1/consents/of/{id}", WORKER)).json()
    assert seen["signed_by_guardian"] is True
    assert [one["code"] for one in seen["barred_from"]] == ["emergency_teams", "dangerous_rescue"]


@pytest.mark.parametrize(("more", "status", "field"), [
    ({}, 422, "body.is_minor"), ({"is_minor": False}, 201, None), ({"is_minor": True}, 422, "body.given_by"),
    ({"is_minor": True, "given_by": "guardian", "guardian_relation": "mother"}, 201, None),
])
async def test_without_a_day_of_birth_it_is_said_whether_they_are_a_minor(
    resources: TestService, more: dict[str, Any], status: int, field: str | None,
) -> None:
    id = await resident(resources, birth_date=None)
    answer = await resources.post("/v1/consents", WORKER, consent(id, **more))
    assert answer.status_code == status, answer.text
    if field:
        assert field in {error["field"] for error in answer.json()["errors"]}
    else:
        assert answer.json()["is_minor"] == more["is_minor"]


@pytest.mark.parametrize(("given_at", "starts_on", "field"), [
    (timedelta(hours=1), None, "body.given_at"), (-timedelta(days=20_000), None, "body.given_at"),
    (timedelta(), -1, "body.starts_on"), (-timedelta(days=2), -2, None), (-timedelta(days=2), None, None),
])
async def test_a_consent_is_neither_of_the_future_nor_older_than_its_notice(
    resources: TestService, given_at: timedelta, starts_on: int | None, field: str | None,
) -> None:
    now = system_clock()
    more = {"given_at": (now + given_at).isoformat()}
    if starts_on is not None:
        more["starts_on"] = (local_day(now) + timedelta(days=starts_on)).isoformat()
    answer = await resources.post("/v1/consents", WORKER, consent(await resident(resources), **more))
    assert answer.status_code == (422 if field else 201), answer.text
    if field:
        assert field in {error["field"] for error in answer.json()["errors"]}
    else:
        assert answer.json()["starts_on"] == local_day(now + given_at).isoformat()


@pytest.mark.parametrize("statement", [
    "update consent set step = 'refused'", "delete from consent", "truncate consent",
])
async def test_nobody_changes_a_consent_not_even_the_owner(resources: TestService, statement: str) -> None:
    id = await resident(resources)
    await resources.post("/v1/consents", WORKER, consent(id))
    admin = await asyncpg.connect(os.environ["TEST_POSTGRES_URL"], password=secret("postgres"),
                                  database=resources.state.settings.database.database)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added"):
            await admin.execute(statement)
        await admin.execute("update consent set witness = 's1.sealed-anew'")
    finally:
        await admin.close()
