"""AZ-9: what staff note down for somebody gives them nothing by itself, and one bad request holds up no other."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import delete, select, update

from services.resources.rights.requests import actions
from services.resources.rights.requests.models import SubjectRequestPart
from services.resources.rights.requests.rules import begins_at_once, must_be_open_export
from services.resources.rights.requests.signing import ResultKey
from services.resources.rights.tables import RIGHTS
from shared.http.problems import Unavailable, WrongState
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer
from tests.privacy.conftest import Neighbourhood
from tests.privacy.test_az_9_requests import NAME, SECOND, WORKER, finished, post, settle

REQUESTS = "/v1/subject-requests"
DONE_AT = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "by_themselves", "for_somebody"), [
    ("export", True, False), ("restriction", True, True), ("lifting", True, False), ("correction", False, False),
    ("erasure", False, False),
])
def test_what_begins_at_once(kind: str, by_themselves: bool, for_somebody: bool) -> None:
    assert (begins_at_once(kind, True), begins_at_once(kind, False)) == (by_themselves, for_somebody)


@pytest.mark.parametrize(("kind", "state", "finished_at", "days", "open_"), [
    ("export", "done", DONE_AT, 0, True), ("export", "done", DONE_AT, 13, True), ("export", "done", DONE_AT, 14, False),
    ("export", "in_progress", None, 0, False), ("erasure", "done", DONE_AT, 0, False),
])
def test_an_export_is_there_for_fourteen_days(
    kind: str, state: str, finished_at: datetime | None, days: int, open_: bool,
) -> None:
    now = DONE_AT + timedelta(days=days)
    if open_:
        return must_be_open_export(kind, state, finished_at, now)
    with pytest.raises(WrongState):
        must_be_open_export(kind, state, finished_at, now)


async def noted_down(resources: TestService, id: str, kind: str) -> dict[str, Any]:
    """By one worker, begun by another."""
    asked = await post(resources, REQUESTS, WORKER, {"resident_id": id, "kind": kind})
    assert asked["state"] == "asked"
    assert (await resources.post(f"{REQUESTS}/{asked['id']}/begin", WORKER, {})).status_code == 409
    await post(resources, f"{REQUESTS}/{asked['id']}/begin", SECOND, {}, 200)
    return await finished(resources, asked["id"])


@pytest.mark.anyio
async def test_staff_get_no_words_of_disputes_by_an_export(neighbourhood: Neighbourhood) -> None:
    resources, person = neighbourhood["resources"], await settle(neighbourhood)
    theirs = await noted_down(resources, person["id"], "export")
    own = await post(resources, REQUESTS, person["me"], {"resident_id": person["id"], "kind": "export"})
    await finished(resources, own["id"])

    async def kinds(id: str, who: dict[str, str]) -> set[str]:
        answer = await resources.get(f"{REQUESTS}/{id}/download", who)
        assert answer.status_code == 200 and NAME in answer.text, answer.text
        [spoken] = [held["rows"] for held in answer.json()["services"]["mediation"] if held["table"] == "opinion"]
        return {row["kind"] for row in spoken}

    assert "dispute" in await kinds(own["id"], person["me"])
    for id, who in ((own["id"], WORKER), (theirs["id"], WORKER), (theirs["id"], SECOND)):
        assert "dispute" not in await kinds(id, who)


@pytest.mark.anyio
async def test_a_lifting_leaves_what_an_erasure_restricted(neighbourhood: Neighbourhood) -> None:
    """Also where a restriction was there before the erasure."""
    resources, mediation, person = neighbourhood["resources"], neighbourhood["mediation"], await settle(neighbourhood)
    [dispute] = (await mediation.get("/v1/opinions?kind=dispute", person["me"])).json()["items"]
    restriction = {"resident_id": person["id"], "kind": "restriction"}
    await finished(resources, (await post(resources, REQUESTS, WORKER, restriction))["id"])
    await noted_down(resources, person["id"], "erasure")
    lifted = await noted_down(resources, person["id"], "lifting")
    changed = {part["service"]: part["changed"] > 0 for part in lifted["parts"]}
    assert (changed["mediation"], changed["resources"]) == (False, True)
    assert (await mediation.get(f"/v1/opinions/{dispute['id']}", WORKER)).status_code == 403


@pytest.mark.anyio
async def test_a_request_that_always_fails_is_stepped_over(resources: TestService) -> None:
    ids = []
    for name in ("何秀兰", "何秀岚"):
        person = await post(resources, "/v1/residents", WORKER, {"community": "yingui", "name": name})
        body = {"resident_id": person["id"], "kind": "restriction"}
        ids.append(UUID((await post(resources, REQUESTS, WORKER, body))["id"]))
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        of_first = (SubjectRequestPart.request_id == ids[0]) & (SubjectRequestPart.service == "resources")
        await tx.exec(delete(SubjectRequestPart).where(of_first))
        await tx.exec(update(SubjectRequestPart).where(SubjectRequestPart.service != "resources").values(state="answered"))
    assert (await finished(resources, str(ids[1])))["state"] == "done"
    assert (await resources.get(f"{REQUESTS}/{ids[0]}", WORKER)).json()["state"] == "in_progress"
    [said] = await resources.said("resources.subject_request.finished.v1")
    assert said.subject == str(ids[1]), "nothing is said of what was undone"
    async with resources.state.database.reading(EVERYWHERE) as session:
        assert (await session.exec(select(RIGHTS.restricted.request_id))).all() == [ids[1]]


@pytest.mark.anyio
async def test_without_a_key_to_sign_with_nothing_is_begun() -> None:
    """There is no transaction to begin anything in."""
    with pytest.raises(Unavailable):
        await actions.finish(None, None, {}, ResultKey(None), DONE_AT)  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_who_is_refused_somebodys_rights_is_entered(resources: TestService) -> None:
    auditor, id = bearer("auditor@yingui", subject="auditor"), uuid4()
    await resources.get("/v1/consents", auditor)
    await resources.get(f"{REQUESTS}/{id}/download", auditor)
    await resources.post(f"{REQUESTS}/{id}/begin", auditor, {})
    assert [entry.action for entry in await resources.entered("denied")] == [
        "consents:read", "subject_requests:download", "subject_requests:handle"]
