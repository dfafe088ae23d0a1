"""Answers the protocol's questions within one transaction, by Authlib; and keeps the clients."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from shared.http.problems import NotFound, WrongState
from shared.identity.issuer.oauth import proving, rules
from shared.identity.issuer.oauth.answers import Answer
from shared.identity.issuer.oauth.clients import KnownClient
from shared.identity.issuer.oauth.code_grant import AuthorizationCodeGrant, IdToken, Pkce
from shared.identity.issuer.oauth.device_grant import DeviceCodeGrant, DeviceEndpoint
from shared.identity.issuer.oauth.models import (
    AuthorizationCode, ClientIn, DeviceAuthorization, OAuthClient, UsedAssertion,
)
from shared.identity.issuer.oauth.other_grants import (
    ClientCredentialsGrant, PersonaGrant, PhoneCodeGrant, WechatCodeGrant,
)
from shared.identity.issuer.oauth.refresh_grant import RefreshTokenGrant, Revocation
from shared.identity.issuer.oauth.request import FormRequest
from shared.identity.issuer.oauth.rules import FirstParty
from shared.identity.issuer.oauth.server import Circumstances, Server
from shared.identity.issuer.saying import say_session_revoked
from shared.identity.issuer.sessions import actions as sessions
from shared.identity.issuer.sessions import wire
from shared.identity.issuer.settings import IssuerSettings
from shared.privacy.audit import record

GRANTS = (
    (AuthorizationCodeGrant, (Pkce, IdToken)),
    (RefreshTokenGrant, ()),
    (ClientCredentialsGrant, ()),
    (DeviceCodeGrant, ()),
)
FIRST_PARTY = (PhoneCodeGrant, WechatCodeGrant, PersonaGrant)
ENDPOINTS = (DeviceEndpoint, Revocation)
BEING_MADE = timedelta(seconds=30)
"""A token that is being made while its client is disabled is refused, too."""
KEPT_AFTER_EXPIRY = timedelta(days=1)
"""So that a code that was used is known again."""
FORGOTTEN_AT_ONCE = 5000


def grants_of(settings: IssuerSettings) -> list[tuple[Any, Any]]:
    """Those there is a way to sign in for."""
    provable = proving.grant_types(settings)
    return [*GRANTS, *((grant, ()) for grant in FIRST_PARTY if grant.GRANT_TYPE in provable)]


def grant_types_of(settings: IssuerSettings) -> list[str]:
    return [grant.GRANT_TYPE for grant, _ in grants_of(settings)]


def server(db: Session, about: Circumstances) -> Server:
    return Server(db, about, grants_of(about.settings), ENDPOINTS)


def answer_token(db: Session, about: Circumstances, request: FormRequest) -> Answer:
    """What was done is kept also when the answer is a refusal: a reused token has ended its session by then."""
    answer = server(db, about).create_token_response(request)
    if "refresh_token" in (answer.body or {}) and request.client.keeps_refresh_in_cookie:
        answer.cookie = answer.body.pop("refresh_token")
    return answer


def answer_endpoint(db: Session, about: Circumstances, name: str, request: FormRequest) -> Answer:
    return server(db, about).create_endpoint_response(name, request)


def register_client(db: Session, asked: ClientIn, registered_by: str, now: datetime) -> tuple[OAuthClient, str | None]:
    """With its secret, if it is to have one. Raises `Invalid`, or `IntegrityError` for an id that is taken."""
    kind = rules.kind_of(asked)
    secret = secrets.token_urlsafe(32) if kind is rules.INTEGRATOR_WITH_SECRET else None
    client = OAuthClient(
        id=asked.id, label=asked.label, auth_method=kind.auth_method, grant_types=list(kind.grant_types),
        redirect_uris=asked.redirect_uris, communities=sorted(set(asked.communities)), jwks=asked.jwks,
        secret_hash=wire.hashed(secret) if secret else None, registered_by=registered_by, created_at=now)
    db.add(client)
    db.flush()
    record(db, "client.registered", kind="oauth_client", client=client.id, communities=client.communities)
    return client, secret


def list_clients(db: Session) -> list[OAuthClient]:
    return list(db.exec(select(OAuthClient).order_by(col(OAuthClient.id))))


def disable_client(db: Session, id: str, now: datetime) -> OAuthClient:
    """Every service refuses its tokens within seconds, those of people who signed in with it and its own. Doing it
    again changes nothing. Raises `NotFound`, or `WrongState` for one of our own: settings say those."""
    client = db.get(OAuthClient, id, with_for_update=True) if id.isprintable() else None
    if client is None:
        raise NotFound(kind=OAuthClient.__tablename__, id=id)
    if client.first_party:
        raise WrongState(kind=OAuthClient.__tablename__, id=id)
    if client.disabled_at is not None:
        return client
    client.disabled_at = now
    sessions.end_all_of_client(db, client.id, now)
    say_session_revoked(db, KnownClient(client).subject, "client_disabled", now + BEING_MADE)
    record(db, "client.disabled", kind="oauth_client", client=client.id)
    return client


def seed_first_party(db: Session, settings: IssuerSettings, now: datetime) -> None:
    """At every start, so that they are as the settings of today say."""
    uris = {rules.WEB: settings.web_redirect_uris, rules.MOBILE: settings.mobile_redirect_uris, rules.SCREEN: ()}
    for client, redirect_uris in uris.items():
        db.execute(upsert(client, redirect_uris, now))


def upsert(client: FirstParty, redirect_uris: Iterable[str], now: datetime) -> Any:
    today = {"label": client.label, "grant_types": list(client.grant_types), "redirect_uris": list(redirect_uris),
             "keeps_refresh_in": client.keeps_refresh_in}
    seed = insert(OAuthClient.__table__).values(
        id=client.id, auth_method="none", communities=[], first_party=True, registered_by="settings", created_at=now,
        **today)
    return seed.on_conflict_do_update(index_elements=["id"], set_=today)


def forget_expired(db: Session, now: datetime) -> bool:
    """Codes nobody can use any more. True when more is waiting."""
    tables = (UsedAssertion, AuthorizationCode, DeviceAuthorization)
    return FORGOTTEN_AT_ONCE in [delete_expired(db, table, now) for table in tables]


def delete_expired(db: Session, table: Any, now: datetime) -> int:
    keys = list(table.__table__.primary_key.columns)
    old = select(*keys).where(table.expires_at < now - KEPT_AFTER_EXPIRY).limit(FORGOTTEN_AT_ONCE).cte("old")
    return db.execute(delete(table).where(*(key == old.c[key.name] for key in keys))).rowcount
