"""PostgreSQL: one registry per service, one transaction per request, committed before the answer leaves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Annotated, Any, TypeVar
from uuid import UUID

from asyncpg.exceptions import InterfaceError, OperatorInterventionError, PostgresConnectionError
from fastapi import Depends, Request
from sqlalchemy import URL, Index, MetaData, Uuid, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import system_clock
from shared.http.problems import NotFound, VersionMismatch
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

DRIVER_AWAY = (PostgresConnectionError, OperatorInterventionError, InterfaceError)


def changed(entity: Entity, now: datetime) -> None:
    entity.version += 1
    entity.updated_at = now


class Database:
    """Engine and sessions of one service. The app role owns nothing and is no superuser: checked at start."""

    def __init__(self, url: URL, service: str, pool_size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,
            connect_args={
                "timeout": 5,
                "server_settings": {
                    "application_name": f"linli_{service}",
                    "lock_timeout": "10000",
                    "idle_in_transaction_session_timeout": "60000",
                },
            },
        )
        self.autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self, **info: Any) -> AsyncIterator[AsyncSession]:
        """`info["peers"]`: whom an action may ask for what events do not carry; set for requests and for listeners.

        What was said in it (`info["said"]`, see messaging/outbox.py) is written in one statement before the commit.
        """
        async with AsyncSession(self.engine, expire_on_commit=False, info=info) as session, session.begin():
            yield session
            if said := session.info.get("said"):
                await session.flush()
                now = system_clock()  # as near to the commit as can be: lag is measured from here
                await session.exec(insert(said.outbox.__table__), params=[row | {"created_at": now} for row in said.rows])

    @asynccontextmanager
    async def reading(self) -> AsyncIterator["Reader"]:
        reader = Reader(self.autocommit)
        try:
            yield reader
        finally:
            await reader.close()

    async def refuse_powerful_role(self) -> None:
        """Raises `PermissionError` when connected as a superuser or as one who bypasses row-level security."""
        async with self.reading() as session:
            powerful = await session.scalar(
                text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user"))
        if powerful:
            raise PermissionError("the service must not connect as a superuser or a role with BYPASSRLS")

    async def close(self) -> None:
        await self.engine.dispose()


class Reader:
    """Reads without a transaction: two round trips fewer. Has a session once a query needs one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._session: AsyncSession | None = None

    @property
    def session(self) -> AsyncSession:
        if self._session is None:
            self._session = AsyncSession(self._engine, expire_on_commit=False)
        return self._session

    async def exec(self, statement: Any) -> Any:
        return await self.session.exec(statement)

    async def scalar(self, statement: Any) -> Any:
        return await self.session.scalar(statement)

    async def get(self, table: type[E], id: UUID) -> E | None:
        """A row with the attributes of `table`, past the ORM: half of its CPU (`./linli bench`)."""
        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            try:
                record = await driver.fetchrow(select_by_id(table), id)
            except DRIVER_AWAY:
                await connection.invalidate()  # SQLAlchemy did not see it break, and would hand it out again
                raise
        if record is None:
            return None
        return SimpleNamespace(**dict(record), __tablename__=table.__tablename__)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


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
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return error.connection_invalidated or state is None or state.startswith(PASSING_CLASSES)
    return isinstance(error, (PoolExhausted, OSError, TimeoutError, *DRIVER_AWAY))


async def begin(request: Request) -> AsyncIterator[AsyncSession]:
    state = request.app.state
    async with state.database.transaction(peers=state.peers) as session:
        yield session
    if "said" in session.info:
        state.relay.wake()


async def read(request: Request) -> AsyncIterator[Reader]:
    async with request.app.state.database.reading() as session:
        yield session


Tx = Annotated[AsyncSession, Depends(begin, scope="function")]
"""One transaction. `scope="function"`: the commit happens before the answer leaves, and its failure is the answer."""

Read = Annotated[Reader, Depends(read, scope="function")]


async def locked(tx: AsyncSession, table: type[E], id: UUID, *, expected_version: int | None = None) -> E:
    """Loads a row for change. Raises `NotFound`, or `VersionMismatch` when the caller saw an older version."""
    fresh = select(table).where(table.id == id).with_for_update().execution_options(populate_existing=True)
    entity = (await tx.exec(fresh)).one_or_none()
    if entity is None:
        raise NotFound(kind=table.__tablename__, id=str(id))
    if expected_version is not None and entity.version != expected_version:
        raise VersionMismatch(expected=expected_version, found=entity.version)
    return entity


async def found(session: AsyncSession | Reader, table: type[E], id: UUID) -> E:
    entity = await session.get(table, id)
    if entity is None:
        raise NotFound(kind=table.__tablename__, id=str(id))
    return entity
