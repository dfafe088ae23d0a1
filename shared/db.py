"""PostgreSQL: one registry per service, one transaction per request, committed before the answer leaves."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Annotated, Any, TypeVar
from uuid import UUID

from asyncpg import PostgresError
from fastapi import Depends, Request
from sqlalchemy import URL, Index, MetaData, Uuid, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import system_clock
from shared.connections import DRIVER_AWAY, begun, engine_of
from shared.http.problems import NotFound, VersionMismatch
from shared.identity.caller import reach_of
from shared.identity.within import Within
from shared.privacy.audit.entries import closing
from shared.privacy.fields.columns import SEALED
from shared.privacy.fields.session import SealingSession
from shared.privacy.fields.tokens import Token
from shared.privacy.fields.vault import Vault
from shared.reach import EVERYWHERE, NOWHERE, SETTING
from shared.types import new_id

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def service_registry() -> registry:
    """Each service has its own, so that two services may name a table alike and still be tested in one process."""
    return registry(metadata=MetaData(naming_convention=NAMING))


class Entity(SQLModel):
    """What every aggregate carries. `version` is its ETag and the `sequence` of its events."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    version: int = 1
    created_at: datetime = Field(default_factory=system_clock)
    updated_at: datetime = Field(default_factory=system_clock, index=True)


def index_lists(metadata: MetaData) -> None:
    """Every list is a community's, newest first: with this index a page costs the same at any number of rows."""
    for table in metadata.tables.values():
        name = f"ix_{table.name}_community_id"
        listed = "community" in table.c and "id" in table.c and isinstance(table.c.id.type, Uuid)
        if listed and name not in {index.name for index in table.indexes}:
            Index(name, table.c.community, table.c.id)


E = TypeVar("E", bound=Entity)


def changed(entity: Entity, now: datetime) -> None:
    entity.version += 1
    entity.updated_at = now


class Database:
    """Engines and sessions of one service. The app role owns nothing and is no superuser: checked at start.

    `everywhere` is for single statements of the service itself (relay, health): its connections reach every community
    and are never lent to a request. `lends`: what every transaction finds in its `info`.
    """

    def __init__(self, url: URL, service: str, pool_size: int = 10, vault: Vault | None = None) -> None:
        self.service, self.vault = service, vault
        self.lends: dict[str, Any] = {"vault": vault}
        self.engine = engine_of(url, service, pool_size)
        self.everywhere = engine_of(url, service, pool_size, **{SETTING: EVERYWHERE})

    @asynccontextmanager
    async def transaction(self, reach: str = NOWHERE, **info: Any) -> AsyncIterator[AsyncSession]:
        """`info["peers"]`: whom an action may ask for what events do not carry; set for requests and for listeners.

        What was said in it (`info["said"]`, see messaging/outbox.py) is written in one statement before the commit, and
        what is to be remembered of it (privacy/audit) together with the commit.
        """
        last_words: list[str] = []
        async with self.engine.connect() as connection, begun(connection, reach, last_words):
            async with SealingSession(connection, expire_on_commit=False, info=info | self.lends) as session:
                yield session
                await session.flush()
                if said := session.info.get("said"):
                    now = system_clock()  # as near to the commit as can be: lag is measured from here
                    rows = [row | {"created_at": now} for row in said.rows]
                    await session.exec(insert(said.outbox.__table__).inline(), params=rows)  # who may say may not read
                last_words += closing(session.info, self.service)
        if erased := session.info.get("erased"):  # committed: now, and not before, their keys may go
            await self.vault.bury(erased)

    @asynccontextmanager
    async def reading(self, reach: str = NOWHERE) -> AsyncIterator["Reader"]:
        reader = Reader(self.engine, reach, self.vault)
        try:
            yield reader
        finally:
            await reader.close()

    async def refuse_powerful_role(self) -> None:
        """Raises `PermissionError` when connected as one whom row-level security would not hold."""
        async with self.reading() as session:
            powerful = await session.scalar(text(POWERFUL))
        if powerful:
            raise PermissionError("the service must not connect as a superuser, an owner or a role with BYPASSRLS")

    async def close(self) -> None:
        await self.engine.dispose()
        await self.everywhere.dispose()
        if self.vault is not None:
            await self.vault.close()


POWERFUL = """
    select exists (select from pg_roles where rolname = current_user and (rolsuper or rolbypassrls))
        or exists (select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                   where nspname = 'public' and relkind = 'r' and pg_get_userbyid(relowner) = current_user)
"""


class Reader:
    """Reads, in a transaction that is begun with the first query. Has a session once a query needs one."""

    def __init__(self, engine: AsyncEngine, reach: str, vault: Vault | None) -> None:
        self._engine, self._reach, self._vault = engine, reach, vault
        self._open = AsyncExitStack()
        self._driver: Any = None
        self._session: AsyncSession | None = None

    async def exec(self, statement: Any) -> Any:
        return await (await self._begun_session()).exec(statement)

    async def scalar(self, statement: Any) -> Any:
        return await (await self._begun_session()).scalar(statement)

    async def get(self, table: type[E], id: UUID) -> E | None:
        """A row with the attributes of `table`, past the ORM: half of its CPU (`./linli bench`)."""
        await self._begin()
        record = await self._driver.fetchrow(select_by_id(table), id)
        if record is None:
            return None
        row = SimpleNamespace(**dict(record), __tablename__=table.__tablename__)
        if table in SEALED:
            await self._open_record(row, table)
        return row

    async def _open_record(self, row: SimpleNamespace, table: type[E]) -> None:
        for column in SEALED[table]:
            if (value := getattr(row, column)) is not None:
                setattr(row, column, Token(value))
        for _, column, plain in await self._vault.open([row], table):
            setattr(row, column, plain)

    async def _begin(self) -> None:
        if self._driver is None:
            self._connection = await self._open.enter_async_context(self._engine.connect())
            self._driver = await self._open.enter_async_context(begun(self._connection, self._reach))

    async def _begun_session(self) -> AsyncSession:
        await self._begin()
        if self._session is None:
            session = SealingSession(self._connection, expire_on_commit=False, info={"vault": self._vault})
            self._session = await self._open.enter_async_context(session)
        return self._session

    async def close(self) -> None:
        await self._open.aclose()


@cache
def select_by_id(table: type[Entity]) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.__table__.columns)
    return f'select {columns} from "{table.__tablename__}" where id = $1'


def is_refused_value(error: BaseException) -> bool:
    """True when PostgreSQL, or the driver before it, cannot store a value: SQLSTATE class 22.

    SQLAlchemy's `DataError` is never raised for asyncpg; the class of the error tells nothing.
    """
    return isinstance(error, DBAPIError) and str(getattr(error.orig, "sqlstate", "")).startswith("22")


PASSING_CLASSES = ("08", "40", "53", "55", "57", "58")
"""SQLSTATE classes of what passes: connection, rollback, resources, not in that state, operator, system."""


def is_away(error: BaseException) -> bool:
    """True when PostgreSQL or the way to it failed, and the same attempt may succeed later."""
    if isinstance(error, PostgresError):  # of the commit, which goes past SQLAlchemy
        return (error.sqlstate or "").startswith(PASSING_CLASSES)
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return error.connection_invalidated or state is None or state.startswith(PASSING_CLASSES)
    return isinstance(error, (PoolExhausted, OSError, TimeoutError, *DRIVER_AWAY))


async def begin(request: Request) -> AsyncIterator[AsyncSession]:
    state = request.app.state
    async with state.database.transaction(await reach_of(request), peers=state.peers, request=request) as session:
        yield session
    if "said" in session.info:
        state.relay.wake()
    for do in session.info.get("afterwards", ()):
        do()


async def read(request: Request) -> AsyncIterator[Reader]:
    async with request.app.state.database.reading(await reach_of(request)) as session:
        yield session


Tx = Annotated[AsyncSession, Depends(begin, scope="function")]
"""One transaction. `scope="function"`: the commit happens before the answer leaves, and its failure is the answer."""

Read = Annotated[Reader, Depends(read, scope="function")]


async def locked(
    tx: AsyncSession, table: type[E], id: UUID, *, expected_version: int | None = None, within: Within | None = None,
) -> E:
    """Loads a row for change. Raises `NotFound`, also for a row that is not `within` reach, or `VersionMismatch` when
    the caller saw an older version."""
    reached = [table.id == id] if within is None else [table.id == id, within.predicate]
    fresh = select(table).where(*reached).with_for_update(of=table).execution_options(populate_existing=True)
    entity = (await tx.exec(fresh)).one_or_none()
    if entity is None:
        raise NotFound(kind=table.__tablename__, id=str(id))
    if expected_version is not None and entity.version != expected_version:
        raise VersionMismatch(expected=expected_version, found=entity.version)
    return entity


async def found(session: AsyncSession | Reader, table: type[E], id: UUID, *, within: Within | None = None) -> E:
    """Raises `NotFound`, also for a row that is not `within` reach."""
    entity = await session.get(table, id) if within is None or within.whole else None
    if within is not None and not (entity and within.covers(entity.community)):
        entity = (await session.exec(select(table).where(table.id == id, within.predicate))).one_or_none()
    if entity is None:
        raise NotFound(kind=table.__tablename__, id=str(id))
    return entity
