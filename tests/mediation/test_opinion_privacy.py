"""The words of a resident, and whoever spoke them, are readable in no table, event, problem, key or log."""

import pytest
from sqlalchemy import text

from shared.events import volunteer
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer
from shared.types import new_id

pytestmark = pytest.mark.anyio

WORKER = bearer("social_worker@dungen", subject="worker")
MARK = "绝密的原话"
CONTACT = "王阿姨隔壁"


async def test_words_and_contact_stand_readable_in_no_table_and_in_no_log(
    mediation: TestService, capfd: pytest.CaptureFixture[str],
) -> None:
    word = {"community": "dungen", "kind": "hazard", "words": MARK, "noted_down": {"contact": CONTACT, "read_back": True}}
    opinion = (await mediation.post("/v1/opinions", WORKER, word, **{"Idempotency-Key": "k"})).json()
    path = f"/v1/opinions/{opinion['id']}"
    hazard = new_id()
    for said in (volunteer.HazardReported(hazard_id=hazard, kind="x", severity=2, origin="opinion"),
                 volunteer.HazardClosed(hazard_id=hazard, kind="x")):
        await mediation.hear(said, subject=str(hazard), community="dungen", correlationid=opinion["correlation_id"])
    await mediation.post(f"{path}/confirm-told", WORKER, {"channel": "phone"}, **{"Idempotency-Key": "l"})
    refusals = [
        await mediation.post("/v1/opinions", WORKER, word | {"kind": MARK}),
        await mediation.post("/v1/opinions", WORKER, word | {MARK: CONTACT}),
        await mediation.post(f"{path}/answer", WORKER, {"outcome": MARK, "reason": CONTACT}),
        await mediation.post(f"{path}/confirm-told", WORKER, {"channel": "phone"}),
        await mediation.get(f"/v1/opinions/{new_id()}", WORKER),
    ]
    assert [refusal.status_code for refusal in refusals] == [422, 422, 422, 409, 404]
    for refusal in refusals[:1] + refusals[2:]:
        assert MARK not in refusal.text and CONTACT not in refusal.text

    async with mediation.state.database.transaction(EVERYWHERE) as tx:
        for table in mediation.state.tables.metadata.sorted_tables:
            rows = await tx.scalar(text(f"select string_agg(row_to_json(t)::text, '') from \"{table.name}\" t")) or ""
            assert MARK not in rows and CONTACT not in rows, table.name
    out, err = capfd.readouterr()
    assert MARK not in out + err and CONTACT not in out + err
    assert '"route": "/v1/opinions"' in out


async def test_where_people_quarrel_is_for_those_who_may_read_their_words(mediation: TestService) -> None:
    speaker = bearer("resident@dungen", subject="speaker")
    word = {"community": "dungen", "words": MARK, "place_label": "王家门口"}
    for kind in ("dispute", "idea"):
        said = await mediation.post("/v1/opinions", speaker, word | {"kind": kind})
        assert said.json()["place_label"] == "王家门口"
    readers = {"social_worker@dungen": {"dispute": None, "idea": "王家门口"}, "mediator@dungen": {"dispute": None}}
    for who, shown in readers.items():
        items = (await mediation.get("/v1/opinions", bearer(who))).json()["items"]
        assert {item["kind"]: item["place_label"] for item in items} == shown, who
    mine = (await mediation.get("/v1/opinions", speaker)).json()["items"]
    assert [item["place_label"] for item in mine] == ["王家门口"] * 2
    dispute, mediator = next(item["id"] for item in mine if item["kind"] == "dispute"), bearer("mediator@dungen")
    assert (await mediation.get(f"/v1/opinions/{dispute}", bearer("social_worker@dungen"))).json()["place_label"] is None
    assert (await mediation.post(f"/v1/opinions/{dispute}/take-up", mediator)).json()["place_label"] == "王家门口"
    assert (await mediation.get("/v1/opinions", bearer("service@*"))).status_code == 403
