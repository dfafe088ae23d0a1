"""AZ-8: the log of a service is one chain, whoever writes to it at once, and nobody changes what stands in it."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deploy.databases import app_of, migrator_of
from services.volunteer.main import app
from shared.db import Database
from shared.privacy.audit import record
from shared.privacy.audit.chain import GENESIS, hash_of
from shared.privacy.audit.entries import of_events
from shared.reach import EVERYWHERE
from shared.testing import bearer, running
from shared.testing.databases import secret
from tests.privacy.logbook import SERVICE, Logbook

pytestmark = pytest.mark.anyio

LEADER = bearer("squad_leader@yingui", subject="leader")
HAZARD = {"community": "yingui", "kind": "no_smoke_detector", "place_label": "5栋2单元"}
WRITERS, EACH = 64, 8


async def test_a_change_is_entered_with_who_what_and_where() -> None:
    async with running(app) as service:
        trace = {"traceparent": f"00-{'5' * 32}-{'7' * 16}-01"}
        hazard = (await service.post("/v1/hazards", LEADER, HAZARD, **trace)).json()
        [entry] = await service.entered()
        assert (entry.seq, entry.prev_hash, entry.hash) == (1, GENESIS, hash_of(GENESIS, 1, entry.body))
        assert entry.body == (
            f'{{"action":"volunteer.hazard.reported.v1","actor":"leader","at":"{entry.at:%Y-%m-%dT%H:%M:%S.%f}Z",'
            '"community":"yingui","kind":"hazard","outcome":"done","permission":"hazards:report",'
            f'"roles":["squad_leader"],"route":"POST /v1/hazards","subject_id":"{hazard["id"]}",'
            f'"trace":"{"5" * 32}","v":1}}')
        assert (str(entry.subject_id), entry.actor, entry.community) == (hazard["id"], "leader", "yingui")


async def test_what_changes_nothing_and_shows_nothing_is_not_entered() -> None:
    async with running(app) as service:
        await service.post("/v1/hazards", LEADER, HAZARD | {"kind": "no such thing"})
        await service.get("/v1/hazards", LEADER)
        await service.get("/v1/squads", LEADER)
        assert await service.entered() == []


async def test_the_same_request_again_is_one_entry() -> None:
    async with running(app) as service:
        for _ in range(2):
            assert (await service.post("/v1/hazards", LEADER, HAZARD, **{"Idempotency-Key": "once"})).status_code == 201
        assert len(await service.entered()) == 1


async def test_many_writers_at_once_make_one_chain(tmp_path: Path) -> None:
    """Each on a connection of its own, half of them failing now and then after they have written."""
    async with running(app) as service:
        settings = service.state.settings
        database = Database(settings.database, SERVICE, WRITERS)
        together = asyncio.Barrier(WRITERS)

        async def write(writer: int) -> int:
            await together.wait()
            for number in range(EACH):
                async with database.transaction(EVERYWHERE) as tx:
                    await tx.exec(text("select pg_backend_pid()"))
                    record(tx, "test.written", kind="test", community="yingui", writer=writer, number=number)
            return EACH

        written = sum(await asyncio.gather(*map(write, range(WRITERS))))
        await database.close()
        verdict = await Logbook(service, tmp_path).verdict()
        assert (verdict.is_whole, verdict.entries) == (True, written)
        assert len({(entry.prev_hash) for entry in await service.entered()}) == written, "no two follow the same one"


async def test_requests_at_once_make_one_chain(tmp_path: Path) -> None:
    async with running(app) as service:
        answers = await asyncio.gather(*(service.post("/v1/hazards", LEADER, HAZARD) for _ in range(WRITERS)))
        assert {answer.status_code for answer in answers} == {201}
        verdict = await Logbook(service, tmp_path).verdict()
        assert (verdict.is_whole, verdict.entries) == (True, WRITERS)


async def test_a_commit_that_fails_leaves_no_gap_and_no_entry(tmp_path: Path) -> None:
    """The entry is appended, then the commit itself fails: at a constraint that is looked at only then."""
    async with running(app) as service:
        book = Logbook(service, tmp_path)
        await book.tamper("create table late (id int unique deferrable initially deferred)",
                          f"grant insert, select on late to {app_of(SERVICE)}", "insert into late values (1)")
        await book.write(2)
        for fails in (True, False, True, False):
            try:
                async with service.state.database.transaction(EVERYWHERE) as tx:
                    record(tx, "test.written", kind="test", community="yingui")
                    await tx.exec(text(f"insert into late values ({1 if fails else 'pg_backend_pid() * 10 + random(1, 9)'})"))
            except asyncpg.UniqueViolationError:
                assert fails
            else:
                assert not fails
        with pytest.raises(ZeroDivisionError):
            async with service.state.database.transaction(EVERYWHERE) as tx:
                record(tx, "test.written", kind="test", community="yingui")
                1 / 0
        verdict = await book.verdict()
        assert (verdict.is_whole, verdict.entries) == (True, 4)


@pytest.mark.parametrize("role", [app_of(SERVICE), migrator_of(SERVICE)])
@pytest.mark.parametrize("statement", [
    "update audit_entry set actor = 'nobody'", "delete from audit_entry", "truncate audit_entry",
])
async def test_nobody_changes_what_was_entered(tmp_path: Path, role: str, statement: str) -> None:
    async with running(app) as service:
        book = Logbook(service, tmp_path)
        await book.write(3)
        connection = await asyncpg.connect(book.url(role), password=secret(role))
        try:
            await connection.execute("set linli.reach = '*'")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        finally:
            await connection.close()
        assert len(await service.entered()) == 3


async def test_the_application_adds_through_the_function_alone(tmp_path: Path) -> None:
    async with running(app) as service:
        with pytest.raises(DBAPIError, match="permission denied"):
            async with service.state.database.transaction(EVERYWHERE) as tx:
                await tx.exec(text("insert into audit_entry (seq, at, actor, action, outcome, prev_hash, hash, body) "
                                   "values (1, now(), 'me', 'x', 'done', '', '', '{}')"))
        assert await service.entered() == []


async def test_entries_hold_what_ends_a_quotation() -> None:
    """The statement is text: nothing that an entry holds may end the string it stands in."""
    hostile = "$audit$]); drop table hazard; select append_audit(array[$audit$ '\\ \" 中文 $$"
    async with running(app) as service:
        async with service.state.database.transaction(EVERYWHERE) as tx:
            record(tx, "test.written", kind="test", community="yingui", said=hostile)
        async with service.state.database.reading(EVERYWHERE) as reading:
            assert await reading.scalar(text("select body::jsonb ->> 'said' from audit_entry")) == hostile


async def test_a_great_number_of_events_is_entered_in_lists(tmp_path: Path) -> None:
    def rows(count: int) -> list[dict[str, Any]]:
        return [{"type": "volunteer.squad.formed.v1", "community": "yingui", "subject": str(number), "data": {}}
                for number in range(count)]


    assert [entry["subject_id"] for entry in of_events(rows(20))] == [str(number) for number in range(20)]
    lists = [entry["subjects"] for entry in of_events(rows(450))]
    assert [len(one) for one in lists] == [200, 200, 50]
    assert sum(lists, []) == [str(number) for number in range(450)]
