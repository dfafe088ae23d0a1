"""Idempotency-Key: the same request sent twice has one effect and gets one answer (IETF draft-07).

The key and the answer are stored in the transaction of the effect. A second request waits for the first one's
commit on the unique key; so fifty at once make one effect and fifty equal answers.
"""

import hashlib
import hmac
import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Annotated, Any, ClassVar, get_type_hints
from uuid import NAMESPACE_URL, uuid5

from fastapi import Depends, Header, Request, Response
from pydantic import TypeAdapter
from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import system_clock
from shared.http.preconditions import etag_of
from shared.http.problems import KeyMissing, KeyReused, StillRunning
from shared.jobs import Job
from shared.privacy.fields.columns import SealedType, Sealing, row_name
from shared.privacy.fields.tokens import Place

LOCK_NOT_AVAILABLE = "55P03"
REPLAYED = "Idempotency-Replayed"
KEPT = timedelta(hours=48)
"""How long a client may send the same request again. Answers hold what they tell of people: they are not kept longer."""
PRUNE_EVERY_SECONDS = 600.0
PRUNED_AT_ONCE = 5000
ANSWERS = uuid5(NAMESPACE_URL, "urn:linli:kept-answers")
"""Whose key seals them: an answer may tell of many."""


class IdempotencyKeyRow(SQLModel):
    __sealing__: ClassVar = Sealing(lambda row: ANSWERS)

    caller: str = Field(primary_key=True, max_length=200)
    key: str = Field(primary_key=True, max_length=255)
    fingerprint: str = Field(max_length=64)
    status: int | None = None
    etag: str | None = Field(default=None, max_length=20)
    body: str | None = Field(default=None, sa_type=SealedType("text"))
    created_at: datetime = Field(default_factory=system_clock, index=True)


class Attempt:
    """One request with its key; without a key it simply runs."""

    def __init__(self, request: Request, key: str | None) -> None:
        self.request, self.key = request, key

    def hide(self, subject: str) -> None:
        """For a caller who is not to be known: the stored key is theirs alone, and leads nobody to them.

        It takes both the service's secret and the key the client chose to tell whose it is, and neither is stored.
        """
        if self.key is not None:
            secret = self.request.app.state.settings.service_secret
            self.key = hmac.new(secret, f"{subject}\n{self.key}".encode(), hashlib.sha256).hexdigest()

    async def fingerprint(self) -> str:
        digest = hashlib.sha256(f"{self.request.method} {self.request.url.path}\n".encode())
        if self.request.headers.get("content-type", "").startswith("multipart/form-data"):
            await add_form(digest, self.request)
        else:
            digest.update(await self.request.body())
        return digest.hexdigest()


async def add_form(digest: Any, request: Request) -> None:
    """Field by field: the boundary between them is another one each time a client sends the same form."""
    for name, value in (await request.form()).multi_items():
        digest.update(f"\n{name}=".encode())
        if isinstance(value, str):
            digest.update(value.encode())
        else:
            digest.update(f"{value.filename}\n".encode() + await value.read())
            await value.seek(0)


async def read_attempt(
    request: Request,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Attempt:
    return Attempt(request, idempotency_key)


def idempotent(
    endpoint: Callable | None = None, *, required: bool = False, kept: Callable[[Any], Any] | None = None,
) -> Callable:
    """Put directly above an unsafe route's function, which has `tx: Tx` and `caller`. `required`: the key must come.

    `kept`: makes of the answer what is stored, and given to whoever asks again: without secrets, and people masked.
    """
    if endpoint is None:
        return lambda function: idempotent(function, required=required, kept=kept)

    answer_type = TypeAdapter(get_type_hints(endpoint, include_extras=True)["return"])

    @wraps(endpoint)
    async def once(*, idempotency_attempt: Attempt, **arguments: Any) -> Response:
        tx, caller, attempt = arguments["tx"], arguments["caller"], idempotency_attempt
        if attempt.key is None:
            if required:
                raise KeyMissing()
            return answered(attempt.request, answer_type, await endpoint(**arguments))
        table = attempt.request.app.state.tables.idempotency_key.__table__
        fingerprint = await attempt.fingerprint()
        earlier = await claimed_earlier(tx, table, caller.subject, attempt.key, fingerprint)
        if earlier is not None:
            return await replayed(tx, earlier, fingerprint)
        response = answered(attempt.request, answer_type, await endpoint(**arguments))
        body = answer_type.dump_json(kept(answer_type.validate_json(response.body))) if kept else response.body
        await tx.flush()
        await tx.exec(
            update(table)
            .where(table.c.caller == caller.subject, table.c.key == attempt.key)
            .values(status=response.status_code, etag=response.headers.get("etag"),
                    body=await tx.info["vault"].seal_one(place_of(caller.subject, attempt.key), ANSWERS, body.decode()))
        )
        return response

    signature = inspect.signature(endpoint)
    hidden = inspect.Parameter(
        "idempotency_attempt", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[Attempt, Depends(read_attempt)])
    once.__signature__ = signature.replace(parameters=[*signature.parameters.values(), hidden])
    return once


async def claimed_earlier(tx: AsyncSession, table: Any, caller: str, key: str, fingerprint: str) -> Any | None:
    """Claims the key for this transaction, or gives the row of the request that had it first."""
    claim = insert(table).values(caller=caller, key=key, fingerprint=fingerprint, created_at=system_clock())
    try:
        if (await tx.exec(claim.on_conflict_do_nothing())).rowcount == 1:
            return None
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StillRunning() from None
        raise
    return (await tx.exec(select(table).where(table.c.caller == caller, table.c.key == key))).one()


async def replayed(tx: AsyncSession, earlier: Any, fingerprint: str) -> Response:
    if earlier.fingerprint != fingerprint:
        raise KeyReused()
    body = await tx.info["vault"].open_one(place_of(earlier.caller, earlier.key), earlier.body)
    headers = {REPLAYED: "true"} | ({"ETag": earlier.etag} if earlier.etag else {})
    return Response(body, earlier.status, headers, "application/json")


def place_of(caller: str, key: str) -> Place:
    return Place("idempotency_key", "body", row_name((caller, key)))


def answered(request: Request, answer_type: TypeAdapter, result: Any) -> Response:
    """The answer as it will be stored and sent, with the ETag of a versioned entity."""
    if isinstance(result, Response):
        return result
    shaped = answer_type.validate_python(result, from_attributes=True)
    version = getattr(result, "version", None)
    return Response(
        answer_type.dump_json(shaped),
        request.scope["route"].status_code or 200,
        {"ETag": etag_of(version)} if isinstance(version, int) else None,
        "application/json",
    )


def pruning(table: type[IdempotencyKeyRow]) -> Job:
    async def prune(tx: AsyncSession, now: datetime) -> bool:
        """By the clock that keys are written by. True when more is waiting."""
        keys = tuple_(table.caller, table.key)
        old = select(table.caller, table.key).where(table.created_at < system_clock() - KEPT).limit(PRUNED_AT_ONCE)
        return (await tx.exec(delete(table).where(keys.in_(old)))).rowcount == PRUNED_AT_ONCE

    return Job("prune_idempotency_keys", PRUNE_EVERY_SECONDS, prune)
