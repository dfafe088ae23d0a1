"""The token issuer: infrastructure like the gateway, and replaceable by any OpenID Connect provider.

Leaner than a service: it says events, and hears none. People sign in also while NATS is away; the outbox waits for it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from shared import logs
from shared.clock import Clock, system_clock
from shared.db import Database
from shared.events.identity import AuditCheckpointed
from shared.http import answers, audit, docs, operations
from shared.http.edges.guarding import guard
from shared.identity.ended import Ended
from shared.identity.issuer import actions, health, routes
from shared.identity.issuer.accounts import routes as account_routes
from shared.identity.issuer.grants import routes as grant_routes
from shared.identity.issuer.jobs import JOBS
from shared.identity.issuer.keys import routes as key_routes
from shared.identity.issuer.keys.ring import KeyRing
from shared.identity.issuer.oauth import actions as oauth
from shared.identity.issuer.oauth import client_routes
from shared.identity.issuer.oauth import routes as oauth_routes
from shared.identity.issuer.oauth.pages import authorize, device
from shared.identity.issuer.passwords import Passwords
from shared.identity.issuer.refusals import Refused
from shared.identity.issuer.sessions import routes as session_routes
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.issuer.sign_in import routes as sign_in_routes
from shared.identity.issuer.sign_in.senders import sender_of
from shared.identity.issuer.sign_in.wechat import wechat_of
from shared.identity.tables import TABLES, BlindIndex
from shared.identity.tokens import TokenTooLarge
from shared.identity.verifier import Verifier
from shared.jobs import end, in_turns
from shared.messaging.nats import Messages
from shared.messaging.relay import Relay
from shared.privacy.audit.denials import Denials
from shared.privacy.audit.notary import checkpointing, saying
from shared.privacy.fields.vault import Vault
from shared.reach import EVERYWHERE

SERVICE = "identity"
ROUTERS = (
    oauth_routes.router, key_routes.router, authorize.router, device.router, session_routes.router,
    grant_routes.router, client_routes.router, sign_in_routes.router, account_routes.router, routes.router,
    operations.replaying, audit.router, health.router)


def build_issuer(settings: IssuerSettings | None = None, clock: Clock = system_clock) -> FastAPI:
    """Nothing is connected before the lifespan begins, so the app can be built to read its OpenAPI."""
    app = FastAPI(
        title="Linli 邻里 · 登录 Identity", version="1.0.0", lifespan=lifespan, responses=answers.RESPONSES,
        docs_url=None, redoc_url=None,
    )
    app.state.service, app.state.settings, app.state.clock, app.state.stopping = SERVICE, settings, clock, False
    app.state.strangers_reach, app.state.tables = EVERYWHERE, TABLES
    answers.install(app)
    app.add_exception_handler(Refused, routes.on_refused)
    app.add_exception_handler(TokenTooLarge, routes.on_too_large)
    docs.install(app)
    for router in ROUTERS:
        app.include_router(router)
    guard(app, SERVICE, credentials=True)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    state.settings = settings = state.settings or IssuerSettings()
    logs.configure(SERVICE, settings.log_format)
    state.key_ring = KeyRing(
        settings.signing_key_file, lambda: state.clock(), may_create=not settings.is_production)
    state.verifier = Verifier.of_one(
        settings.issuer_url, settings.token_audience, state.key_ring, now=lambda: state.clock().timestamp())
    state.peers = None  # the issuer asks no service for anything
    state.passwords = Passwords()
    state.vault = Vault.of(SERVICE, settings.database, settings.field_keys_file, BlindIndex)
    state.database = Database(settings.database, SERVICE, settings.database_pool_size, state.vault)
    state.denials = Denials(state.database)
    state.sender, state.wechat = sender_of(settings), wechat_of(settings)
    state.messages = Messages(settings.nats_url, SERVICE, settings.nats_nkey_seed_file)
    state.relay = Relay(SERVICE, state.database.everywhere, TABLES.outbox, state.messages)
    tasks: list[asyncio.Task] = []
    try:
        await state.database.refuse_powerful_role()
        await prepare(app)
        ended = await Ended.of(state)
        notary = checkpointing(SERVICE, settings, TABLES.audit, saying(TABLES, AuditCheckpointed))
        jobs = in_turns((*JOBS, *notary), state.database, lambda: state.clock(), state.relay.wake)
        tasks += [asyncio.create_task(one) for one in (
            state.relay.run(), state.denials.keep_writing(), ended.keep_looking(), *jobs)]
        logs.log.info("service.started")
        yield
    finally:
        state.stopping = True
        await end(tasks)
        await state.messages.close()
        await state.sender.close()
        if state.wechat is not None:
            await state.wechat.close()
        await state.database.close()
        logs.log.info("service.stopped")


async def prepare(app: FastAPI) -> None:
    state = app.state
    async with state.database.transaction(EVERYWHERE) as tx:
        await tx.run_sync(oauth.seed_first_party, state.settings, state.clock())
    if state.settings.is_production:
        await actions.refuse_personas(state.database)
    elif state.settings.persona_password_file:
        password_hash = await state.passwords.hash(state.settings.persona_password_file.read_text().strip())
        async with state.database.transaction(EVERYWHERE) as tx:
            await actions.seed_personas(tx, password_hash, state.clock())


app = build_issuer()
