"""A word whose speaker is not kept: told with a code, and traceable nowhere."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from services.mediation.main import app
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer, running

pytestmark = pytest.mark.anyio

SHY = bearer("resident@dungen", subject="account-of-the-shy-one")
WORKER = bearer("social_worker@dungen", subject="worker")
SCREEN = bearer("volunteer@dungen", subject="screen")
WORD = {"community": "dungen", "kind": "idea", "words": "希望楼道装扶手"}


async def test_the_answer_is_found_with_the_code(mediation: TestService) -> None:
    opinion = (await mediation.post("/v1/opinions/anonymous", SHY, WORD)).json()
    code = opinion["answer_code"]
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code)
    before = (await mediation.post("/v1/opinions/answer-lookup", SCREEN, {"code": code})).json()
    assert (before["state"], before["answer"]) == ("received", None)
    await mediation.post(f"/v1/opinions/{opinion['id']}/answer", WORKER, {"outcome": "adopted", "reason": "下月安装"})
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    found = await mediation.post("/v1/opinions/answer-lookup", SCREEN, {"code": sloppy})
    assert found.status_code == 200, found.text
    assert found.json()["answer"]["reason"] == "下月安装"
    assert found.json()["answer"]["told_channel"] == "answer_code"
    assert WORD["words"] not in found.text
    assert [step["says"] for step in found.json()["steps"]][-1] == "我们已收到您的话"


async def test_a_code_of_another_community_or_of_nobody_finds_nothing(mediation: TestService) -> None:
    opinion = (await mediation.post("/v1/opinions/anonymous", SHY, WORD)).json()
    look = "/v1/opinions/answer-lookup"
    stranger = await mediation.post(look, bearer("volunteer@yingui"), {"code": opinion["answer_code"]})
    nobody = await mediation.post(look, SCREEN, {"code": "00000-00000"})
    assert (stranger.status_code, nobody.status_code) == (404, 404)
    assert stranger.json() == nobody.json()
    assert opinion["answer_code"] not in stranger.text
    assert (await mediation.post(look, {}, {"code": opinion["answer_code"]})).status_code == 401
    assert (await mediation.post(look, bearer("doctor@dungen"), {"code": opinion["answer_code"]})).status_code == 403


async def test_no_table_knows_the_account(mediation: TestService) -> None:
    key = {"Idempotency-Key": "0f5a6f7e-shy"}
    first = await mediation.post("/v1/opinions/anonymous", SHY, WORD, **key)
    again = await mediation.post("/v1/opinions/anonymous", SHY, WORD, **key)
    assert again.json() == first.json() | {"answer_code": None}
    assert (await mediation.get(f"/v1/opinions/{first.json()['id']}", SHY)).status_code == 404
    assert (await mediation.get("/v1/opinions?mine=true", SHY)).json()["items"] == []
    async with mediation.state.database.transaction(EVERYWHERE) as tx:
        for table in mediation.state.tables.metadata.sorted_tables:
            rows = await tx.scalar(text(f'select string_agg(row_to_json(t)::text, \'\') from "{table.name}" t'))
            for secret in ("account-of-the-shy-one", key["Idempotency-Key"], first.json()["answer_code"]):
                assert secret not in (rows or ""), table.name


async def test_a_key_of_one_unnamed_speaker_opens_nothing_to_another(mediation: TestService) -> None:
    key = {"Idempotency-Key": "1"}
    mine = (await mediation.post("/v1/opinions/anonymous", SHY, WORD, **key)).json()
    yours = await mediation.post("/v1/opinions/anonymous", bearer("resident@dungen", subject="other"), WORD, **key)
    assert yours.json()["id"] != mine["id"]
    assert yours.json()["answer_code"] not in (None, mine["answer_code"])
    assert "idempotency-replayed" not in yours.headers


async def test_a_key_is_known_again_after_a_restart_by_the_service_that_has_the_credential(
    anyio_backend: str, tmp_path: Path,
) -> None:
    credential = tmp_path / "credential"
    credential.write_text("of the service")
    keys = set()
    for _ in range(2):
        async with running(app, service_credential_file=credential) as mediation:
            await mediation.post("/v1/opinions/anonymous", SHY, WORD, **{"Idempotency-Key": "1"})
            async with mediation.state.database.reading(EVERYWHERE) as session:
                keys.add(await session.scalar(text("select key from idempotency_key")))
    assert len(keys) == 1


async def test_who_has_an_account_needs_no_code_and_who_was_noted_down_gets_one(mediation: TestService) -> None:
    own = (await mediation.post("/v1/opinions", SHY, WORD)).json()
    noted = (await mediation.post("/v1/opinions", WORKER, WORD | {"noted_down": {"read_back": False}})).json()
    assert own["answer_code"] is None
    assert noted["answer_code"] is not None
