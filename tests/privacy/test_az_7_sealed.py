"""AZ-7: a sealed value opens in its own place alone; a new key reaches every value while people work; a destroyed key
makes its person unreadable, in older backups too."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, text

from deploy.keys import with_another_key
from services.resources.main import app
from services.resources.register.residents.models import Resident
from shared.privacy.fields.keyring import SubjectErased
from shared.privacy.fields.resealing import Resealing
from shared.privacy.fields.tokens import NotOpened
from shared.privacy.fields.wrapping import KeyUnknown
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer, running
from shared.testing.databases import secret

pytestmark = pytest.mark.anyio

WORKER = bearer("social_worker@yingui", subject="worker")
PHONE, NAME = "13812345678", "王建国"


@pytest.fixture
async def resources(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        await service.post("/v1/communities", bearer("coordinator@*"), {"community": "yingui", "name": "银桂社区"})
        yield service


@pytest.fixture
def keys_file(resources: TestService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The service's own, so that other tests keep theirs."""
    wrapping = resources.state.database.vault.keyring.wrapping
    copy = tmp_path / "keys.json"
    copy.write_text(wrapping._path.read_text())
    monkeypatch.setattr(wrapping, "_path", copy)
    return copy


async def registered(service: TestService, name: str = NAME, phone: str = PHONE) -> str:
    answer = await service.post("/v1/residents", WORKER, {
        "community": "yingui", "name": name, "phones": [phone], "notes": "糖尿病", "address": "5栋2单元"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def shown(service: TestService, id: str) -> dict:
    answer = await service.get(f"/v1/residents/{id}?reveal=true", WORKER)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def execute(service: TestService, statement: str, **values: object) -> None:
    async with service.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(text(statement).bindparams(**values))


async def test_nothing_personal_stands_in_the_database(resources: TestService) -> None:
    id = await registered(resources)
    async with resources.state.database.reading(EVERYWHERE) as reading:
        for table in resources.state.tables.metadata.sorted_tables:
            written = await reading.scalar(text(f'select string_agg(t::text, chr(10)) from "{table.name}" t')) or ""
            assert not any(word in written for word in (PHONE, NAME, "糖尿病", "5栋2单元")), table.name
    assert (await shown(resources, id))["phones"] == [PHONE]


@pytest.mark.parametrize("statement", [
    "update resident set name = address where id = :id",
    "update resident set address = notes where id = :id",
    "update resident set notes = (select notes from resident where id <> :id limit 1) where id = :id",
    "update resident set notes = overlay(notes placing case substring(notes from length(notes) - 8 for 1) when 'A' then 'B' "
    "else 'A' end from length(notes) - 8 for 1) where id = :id",  # of the last one some bits say nothing
])
async def test_a_value_that_was_moved_or_changed_does_not_open(resources: TestService, statement: str) -> None:
    id = await registered(resources)
    await registered(resources, "李秀英", "13912345678")
    await execute(resources, statement, id=UUID(id))
    with pytest.raises(NotOpened):
        async with resources.state.database.reading(EVERYWHERE) as reading:
            await reading.get(Resident, UUID(id))
    assert (await resources.get(f"/v1/residents/{id}?reveal=true", WORKER)).status_code == 500


async def test_the_database_refuses_what_is_not_sealed(resources: TestService) -> None:
    id = await registered(resources)
    with pytest.raises(Exception, match="ck_resident_notes_sealed"):
        await execute(resources, "update resident set notes = '高血压' where id = :id", id=UUID(id))


async def test_a_destroyed_key_leaves_nothing_to_read_also_of_an_older_copy(resources: TestService) -> None:
    id = await registered(resources)
    async with resources.state.database.reading(EVERYWHERE) as reading:
        older = dict((await reading.exec(text("select * from resident"))).mappings().one())
    await resources.state.database.vault.keyring.destroy(UUID(id), datetime.now(UTC))

    for column in ("name", "notes", "address", "phones"):  # the backup is put back, byte by byte
        await execute(resources, f"update resident set {column} = :value where id = :id", value=older[column], id=UUID(id))
    read = await shown(resources, id)
    assert (read["name"], read["notes"], read["address"], read["phones"]) == ("", None, None, [])
    with pytest.raises(SubjectErased):
        async with resources.state.database.transaction(EVERYWHERE) as tx:
            (await tx.get(Resident, UUID(id))).notes = "糖尿病"
    refused = await resources.call("PATCH", f"/v1/residents/{id}", WORKER, {"notes": "x"}, **{"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["rule"]) == (409, "erased")


async def test_a_lost_keyring_is_an_error_and_nobody_looks_erased(resources: TestService) -> None:
    id = await registered(resources)
    keyring = resources.state.database.vault.keyring
    pool = await keyring._connected()
    await pool.execute("delete from resources.subject_key where subject = $1", UUID(id))
    keyring._known.clear()
    assert (await resources.get(f"/v1/residents/{id}?reveal=true", WORKER)).status_code == 500
    with pytest.raises(KeyUnknown):
        await Resealing(Resident, resources.state.database.vault, resources.state.database.everywhere).seal(
            [one async for rows in every_row(resources) for one in rows])


async def every_row(resources: TestService):
    async with resources.state.database.everywhere.connect() as connection:
        yield [SimpleNamespace(**row) for row in (await connection.execute(select(Resident.__table__))).mappings()]


async def test_a_new_key_passes_over_whom_was_erased(resources: TestService, keys_file: Path) -> None:
    gone, stays = await registered(resources), await registered(resources, "李秀英", "13912345678")
    vault, everywhere = resources.state.database.vault, resources.state.database.everywhere
    await vault.keyring.destroy(UUID(gone), datetime.now(UTC))
    keys_file.write_text(json.dumps(with_another_key(json.loads(keys_file.read_text()))))
    assert await Resealing(Resident, vault, everywhere).run() == 1
    assert await Resealing(Resident, vault, everywhere).left() == 0
    await vault.keyring.forget_others()
    vault.keyring._known.clear()
    assert (await shown(resources, stays))["name"] == "李秀英"
    assert (await shown(resources, gone))["name"] == ""


async def test_the_backup_role_cannot_reach_the_keys() -> None:
    place = os.environ["TEST_POSTGRES_URL"].rpartition("@")[2].partition("/")[0]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(f"postgresql://linli_backup@{place}/linli_keyring", password=secret("linli_backup"))


async def test_a_new_key_reaches_every_value_while_people_are_written_down(
    resources: TestService, keys_file: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped in the middle, and started again."""
    vault = resources.state.database.vault
    ids = [await registered(resources, f"王{number}", f"139000000{number:02}") for number in range(30)]
    old = vault.keyring.wrapping.current
    keys_file.write_text(json.dumps(with_another_key(json.loads(keys_file.read_text()))))
    assert vault.keyring.wrapping.current != old
    monkeypatch.setattr("shared.privacy.fields.resealing.AT_ONCE", 7)

    class Stopped(Exception):
        pass

    def stop(done: int) -> None:
        if done > 10:
            raise Stopped

    resealing = Resealing(Resident, vault, resources.state.database.everywhere)
    with pytest.raises(Stopped):
        await resealing.run(stop)
    writing = asyncio.gather(*(registered(resources, f"李{number}", f"138000000{number:02}") for number in range(10)))
    assert await resealing.run() <= 30 - 7
    ids += await writing
    async with resources.state.database.reading(EVERYWHERE) as reading:
        rows = (await reading.exec(text("select t::text from resident t"))).scalars().all()
    assert len(rows) == 40 and not any(f".{old}." in row for row in rows)
    assert await resealing.run() == 0
    await vault.keyring.forget_others()
    vault.keyring._known.clear()
    assert {(await shown(resources, id))["notes"] for id in ids} == {"糖尿病"}
    found = await resources.post("/v1/residents/search", WORKER, {"community": "yingui", "phone": "13900000003"})
    assert [one["id"] for one in found.json()["items"]] == [ids[3]]


async def test_a_hundred_thousand_values_are_sealed_anew_without_downtime(resources: TestService, keys_file: Path) -> None:
    vault, database = resources.state.database.vault, resources.state.database
    values = ("name", "phones", "relation", "address", "residence", "tags", "notes", "aliases", "details", "kept")
    async with database.transaction(EVERYWHERE) as tx:
        tx.add_all(
            Resident(community="yingui", name=f"王{number}", phones=[f"139{number:08}"], relation="户主", address="5栋",
                     residence="户籍", tags=["独居"], notes="糖尿病", aliases=["老王"], details={"x": "y"}, kept={"x": "y"})
            for number in range(100_000 // len(values)))
    keys_file.write_text(json.dumps(with_another_key(json.loads(keys_file.read_text()))))
    done = asyncio.Event()
    asked = 0

    async def go_on_asking() -> None:
        nonlocal asked
        while not done.is_set():
            page = await resources.get("/v1/residents?limit=20&reveal=true", WORKER)
            assert page.status_code == 200 and all(one["notes"] == "糖尿病" for one in page.json()["items"])
            asked += 1
            await asyncio.sleep(0.01)

    asking = asyncio.create_task(go_on_asking())
    assert await Resealing(Resident, vault, database.everywhere).run() == 100_000 // len(values)
    done.set()
    await asking
    assert asked > 3
    assert await Resealing(Resident, vault, database.everywhere).run() == 0


async def test_what_was_never_sealed_is_sealed_and_found(resources: TestService) -> None:
    """As an older version left it: plain text, under constraints that hold for new rows only."""
    id = await registered(resources)
    admin = await asyncpg.connect(
        urlsplit(os.environ["TEST_POSTGRES_URL"])._replace(
            path=urlsplit(resources.state.settings.database_url).path).geturl(), password=secret("postgres"))
    try:
        for column in ("name", "notes", "phones"):
            await admin.execute(f"alter table resident drop constraint ck_resident_{column}_sealed")
        await admin.execute("update resident set name = $1, notes = '糖尿病', phones = $2", NAME, json.dumps([PHONE]))
        await admin.execute("delete from blind_index")
    finally:
        await admin.close()
    database = resources.state.database
    assert await Resealing(Resident, database.vault, database.everywhere).run() == 1
    assert (await shown(resources, id))["notes"] == "糖尿病"
    found = await resources.post("/v1/residents/search", WORKER, {"community": "yingui", "name": NAME, "phone": PHONE})
    assert [one["id"] for one in found.json()["items"]] == [id]
