"""The same FastAPI for all four services: health, docs, problems, the relay, the listeners, the jobs and companions."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from shared import logs
from shared.clock import Clock, system_clock
from shared.db import Database, index_lists
from shared.events import Payload
from shared.events import __version__ as contract_version
from shared.http import answers, audit, docs, health, operations
from shared.http.edges.guarding import guard
from shared.http.idempotency import pruning
from shared.http.peers import Peers
from shared.identity.ended import Ended, pruning_ended
from shared.identity.trust.issuers import trust_of
from shared.identity.verifier import Verifier
from shared.jobs import Job, end, in_turns
from shared.messaging.listen import Consumer, Listeners
from shared.messaging.nats import Messages
from shared.messaging.relay import Relay
from shared.messaging.tables import ServiceTables
from shared.privacy.audit.denials import Denials
from shared.privacy.audit.notary import checkpointing, saying
from shared.privacy.fields.vault import Vault
from shared.settings import Settings


def build_app(
    service: str,
    *,
    title: str,
    routers: Sequence[APIRouter],
    tables: ServiceTables,
    checkpointed: type[Payload],
    listeners: Listeners | None = None,
    jobs: Sequence[Job] = (),
    companions: Sequence[Callable[[FastAPI], Coroutine[Any, Any, None]]] = (),
    settings: Settings | None = None,
    clock: Clock = system_clock,
) -> FastAPI:
    """Nothing is connected before the lifespan begins, so an app can be built to read its OpenAPI.

    `companions` run beside the requests as long as the service does, e.g. the one that runs imports. `checkpointed` is
    how the service says that its log has come so far (shared/privacy/audit/notary.py).
    """
    index_lists(tables.metadata)
    app = FastAPI(
        title=f"Linli 邻里 · {title}",
        version=contract_version,
        lifespan=lifespan,
        responses=answers.RESPONSES,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service, app.state.settings, app.state.tables, app.state.clock = service, settings, tables, clock
    app.state.listeners, app.state.jobs = (
        listeners or Listeners(),
        (*jobs, pruning(tables.idempotency_key), pruning_ended(tables.ended_session)))
    app.state.companions, app.state.checkpointed = companions, checkpointed
    answers.install(app)
    # Routes are tried one after the other: what is asked most often comes first.
    for router in (*routers, operations.router, operations.replaying, audit.router, health.router):
        app.include_router(router)
    docs.install(app)
    guard(app, service)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    state.stopping = False
    state.settings = settings = state.settings or Settings(service=state.service)
    logs.configure(settings.service, settings.log_format)
    trust = trust_of(settings)
    state.verifier = Verifier.of(trust)
    state.peers = Peers(settings, trust)
    vault = Vault.of(settings.service, settings.database, settings.field_keys_file, state.tables.blind_index)
    state.database = Database(settings.database, settings.service, settings.database_pool_size, vault)
    state.database.lends["own_key_file"] = settings.audit_key_file
    await state.database.refuse_powerful_role()
    state.denials = Denials(state.database)
    ended = await Ended.of(state)
    state.messages = Messages(settings.nats_url, settings.service, settings.nats_nkey_seed_file)
    state.relay = Relay(settings.service, state.database.everywhere, state.tables.outbox, state.messages)
    running = [state.relay.run(), state.denials.keep_writing(), ended.keep_looking(), *(ear.run() for ear in consumers(app)), *turns(app),
               *(companion(app) for companion in state.companions)]
    tasks = [asyncio.create_task(one) for one in running]
    logs.log.info("service.started")
    try:
        yield
    finally:
        state.stopping = True
        await end(tasks)
        await state.peers.close()
        await state.messages.close()
        await state.database.close()
        logs.log.info("service.stopped")


def consumers(app: FastAPI) -> list[Consumer]:
    state = app.state
    return [
        Consumer(state.settings.service, stream, subjects, state.listeners, state.database, state.tables,
                 state.messages, state.clock, state.relay.wake, state.peers)
        for stream, subjects in state.listeners.streams().items()
    ]


def turns(app: FastAPI) -> list[Coroutine[Any, Any, None]]:
    state = app.state
    jobs = (*state.jobs, *checkpointing(
        state.service, state.settings, state.tables.audit, saying(state.tables, state.checkpointed)))
    return in_turns(jobs, state.database, state.clock, state.relay.wake)
