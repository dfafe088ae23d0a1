"""AZ-9: an erasure is decided with the commit and finished after it: a commit that fails erases nobody, a crash right after
it is made good by the job, and an older keyring brings nobody back."""

import os
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from sqlmodel import select

from services.resources.rights.holdings import HOLDINGS
from services.resources.rights.tables import RIGHTS
from shared.jobs import run_once
from shared.privacy.fields.keyring import Keyring
from shared.privacy.rights.answering import erase, rows_of
from shared.privacy.rights.burying import bury_again, burying
from shared.privacy.rights.holdings import Subject
from shared.reach import EVERYWHERE
from shared.testing import TestService
from shared.testing.databases import secret
from tests.privacy.test_az_9_requests import NAME, WORKER, post

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)


class CommitFailed(Exception):
    pass


async def registered(resources: TestService) -> UUID:
    return UUID((await post(resources, "/v1/residents", WORKER, {"community": "yingui", "name": NAME}))["id"])


async def erase_person(resources: TestService, id: UUID, *, fails: bool = False) -> None:
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        rows = [(holding, await rows_of(tx, holding, Subject(id))) for holding in HOLDINGS]
        await erase(tx, RIGHTS, rows, NOW)
        if fails:
            raise CommitFailed


async def name_of(resources: TestService, id: UUID) -> str:
    resources.state.database.vault.keyring._known.clear()
    return (await resources.get(f"/v1/residents/{id}?reveal=true", WORKER)).json()["name"]


async def bury(resources: TestService) -> None:
    await run_once(burying(RIGHTS), resources.state.database, NOW, lambda: None)


async def waiting(resources: TestService) -> list[UUID]:
    async with resources.state.database.reading(EVERYWHERE) as reading:
        return list((await reading.exec(select(RIGHTS.erased.subject).where(RIGHTS.erased.buried_at.is_(None)))).all())


async def test_a_commit_that_fails_erases_nobody(resources: TestService) -> None:
    id = await registered(resources)
    with pytest.raises(CommitFailed):
        await erase_person(resources, id, fails=True)
    await bury(resources)
    assert await name_of(resources, id) == NAME
    await erase_person(resources, id)
    assert await name_of(resources, id) == ""


async def test_a_crash_after_the_commit_is_made_good_by_the_job(
    resources: TestService, monkeypatch: pytest.MonkeyPatch,
) -> None:
    id = await registered(resources)
    with monkeypatch.context() as broken:
        async def away(self: Keyring, subjects: object) -> None:
            raise OSError("the keyring is away")

        broken.setattr(Keyring, "bury", away)
        await erase_person(resources, id)
    assert await waiting(resources) == [id]
    await bury(resources)
    assert await name_of(resources, id) == ""
    assert await waiting(resources) == []


async def test_an_older_keyring_brings_nobody_back(resources: TestService) -> None:
    erased, stays = await registered(resources), await registered(resources)
    database = resources.state.database
    keyring, table = database.vault.keyring, RIGHTS.erased.__table__
    pool = await keyring._connected()
    backup = await pool.fetch("select subject, key_id, wrapped from resources.subject_key where subject = $1", erased)
    await erase_person(resources, erased)
    assert await name_of(resources, erased) == ""

    await restore(erased, backup)
    assert await name_of(resources, erased) == NAME, "as the older copy would have it"
    assert [await bury_again(table, keyring, database.everywhere) for _ in range(2)] == [1, 0]
    assert (await name_of(resources, erased), await name_of(resources, stays)) == ("", NAME)


async def test_what_the_keyring_knows_the_service_learns(resources: TestService) -> None:
    """Who was erased by a version that had no such table, or before an older copy of the service's database."""
    id = await registered(resources)
    database = resources.state.database
    await database.vault.keyring.destroy(id, NOW)
    await bury_again(RIGHTS.erased.__table__, database.vault.keyring, database.everywhere)
    async with database.reading(EVERYWHERE) as reading:
        assert id in set((await reading.exec(select(RIGHTS.erased.subject))).all())


async def restore(subject: UUID, rows: list) -> None:
    """The owner's part of a restore: no application can take a tombstone away."""
    place = urlsplit(os.environ["TEST_POSTGRES_URL"])._replace(path="/linli_keyring").geturl()
    admin = await asyncpg.connect(place, password=secret("postgres"))
    try:
        await admin.execute("delete from resources.destroyed_subject where subject = $1", subject)
        await admin.executemany("insert into resources.subject_key values ($1, $2, $3, now())", [tuple(row) for row in rows])
    finally:
        await admin.close()
