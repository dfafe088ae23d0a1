"""Operators register the applications that may ask for tokens."""

from fastapi import APIRouter

from shared.clock import Now
from shared.db import Tx
from shared.http.idempotency import idempotent
from shared.identity.caller import requires
from shared.identity.issuer.oauth import actions
from shared.identity.issuer.oauth.models import ClientIn, ClientOut, ClientRegisteredOut

router = APIRouter(tags=["clients"])


def without_secret(answer: ClientRegisteredOut) -> ClientRegisteredOut:
    return answer.model_copy(update={"client_secret": None})


ClientsRegister, ClientsRead = requires("clients:register"), requires("clients:read")


@router.post("/v1/clients", status_code=201)
@idempotent(kept=without_secret)
async def register_client(body: ClientIn, tx: Tx, caller: ClientsRegister, now: Now) -> ClientRegisteredOut:
    """An integrator without keys is given a secret, this once: asked again by the same key it is null. An id that is taken: 409."""
    client, secret = await tx.run_sync(actions.register_client, body, caller.subject, now)
    return ClientRegisteredOut(**ClientOut.model_validate(client).model_dump(), client_secret=secret)


@router.get("/v1/clients")
async def list_clients(tx: Tx, caller: ClientsRead) -> list[ClientOut]:
    """All of them: a platform has a few dozen at most."""
    return [ClientOut.model_validate(client) for client in await tx.run_sync(actions.list_clients)]


@router.post("/v1/clients/{client_id}/disable")
@idempotent
async def disable_client(client_id: str, tx: Tx, caller: ClientsRegister, now: Now) -> ClientOut:
    """It gets no further token, and every service refuses those it has within seconds. Disabling it again changes nothing."""
    return ClientOut.model_validate(await tx.run_sync(actions.disable_client, client_id, now))
