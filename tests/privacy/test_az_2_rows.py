"""AZ-2: every table with a `community` is under forced row-level security, and without a reach the app reads nothing."""

import os

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from deploy.databases import app_of, database_of, url_for
from deploy.topology import APPLICATIONS, SERVICES
from services.volunteer.main import app as volunteer_app
from services.volunteer.squads.models import Squad
from shared.reach import EVERYWHERE, NOWHERE
from shared.testing import bearer, running
from shared.testing.databases import secret

pytestmark = pytest.mark.anyio

OPEN = {
    "alembic_version": "the number of the schema",
    "catalog_item": "the catalogue of goods is everybody's",
    "dead_letter": "events that cannot be read do not say whose they are; they hold no personal data",
    "heard_hazard": "ids and codes of hazards that were heard of before their finding",
    "idempotency_key": "found by caller and key alone; its answer is sealed",
    "ended_session": "ids of sessions, of no community",
    "erased_subject": "ids that name nobody any more, of no community: to destroy their keys again",
    "subject_key": "keys are found by subject",
    "field_key": "names of keys",
    "audit_head": "a number and a hash",
}
"""Tables of the services without a community, each with the reason why all its rows may be seen."""

UNGUARDED = """
    select c.relname, exists (select from pg_attribute where attrelid = c.oid and attname = 'community') as scoped
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not (
        c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy where polrelid = c.oid))
"""


async def unguarded(application: str) -> dict[str, bool]:
    """Table → whether it has a `community`."""
    connection = await asyncpg.connect(
        url_for(os.environ["TEST_POSTGRES_URL"], application, app_of(application)), password=secret(app_of(application)))
    try:
        return {row["relname"]: row["scoped"] for row in await connection.fetch(UNGUARDED)}
    finally:
        await connection.close()


@pytest.mark.parametrize("application", APPLICATIONS)
async def test_every_table_with_a_community_is_guarded(application: str) -> None:
    assert [table for table, scoped in (await unguarded(application)).items() if scoped] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_every_other_table_is_guarded_or_open_for_a_reason(service: str) -> None:
    assert set(await unguarded(service)) - set(OPEN) == set()


@pytest.mark.parametrize("application", APPLICATIONS)
async def test_the_app_is_no_owner_no_superuser_and_bypasses_nothing(application: str) -> None:
    admin = await asyncpg.connect(os.environ["TEST_POSTGRES_URL"], password=secret("postgres"))
    try:
        role = await admin.fetchrow("select * from pg_roles where rolname = $1", app_of(application))
        owned = await admin.fetchval(
            "select count(*) from pg_shdepend where refobjid = $1 and deptype = 'o'", role["oid"])
        owner = await admin.fetchval(
            "select pg_get_userbyid(datdba) from pg_database where datname = $1", database_of(application))
    finally:
        await admin.close()
    assert not (role["rolsuper"] or role["rolbypassrls"] or role["rolcreaterole"])
    assert owned == 0 and owner != app_of(application)


async def test_without_a_reach_nothing_is_read_and_nothing_written() -> None:
    async with running(volunteer_app) as service:
        made = await service.post("/v1/squads", bearer("community_admin@yingui"), {"community": "yingui", "name": "一队"})
        assert made.status_code == 201
        database = service.state.database
        for reach, seen in ((NOWHERE, 0), ("dungen", 0), ("yingui", 1), ("dungen,yingui", 1), (EVERYWHERE, 1)):
            async with database.reading(reach) as reading:
                assert await reading.scalar(text("select count(*) from squad")) == seen, reach
            async with database.transaction(reach) as tx:
                changed = await tx.exec(text("update squad set name = '二队'"))
                assert changed.rowcount == seen, reach


async def test_a_row_outside_the_reach_is_refused_by_the_database() -> None:
    async with running(volunteer_app) as service:
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with service.state.database.transaction("yingui") as tx:
                tx.add(Squad(community="dungen", name="一队"))


async def test_the_reach_ends_with_the_transaction() -> None:
    async with running(volunteer_app) as service:
        database = service.state.database
        async with database.transaction(EVERYWHERE) as tx:
            process = await tx.scalar(text("select pg_backend_pid()"))
        async with database.reading() as reading:
            assert await reading.scalar(text("select pg_backend_pid()")) == process, "the same connection, or nothing is shown"
            assert not await reading.scalar(text("select nullif(current_setting('linli.reach', true), '')"))

