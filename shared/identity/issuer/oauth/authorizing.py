"""Before the code: is the request one of a client we know, and who was it that signed in; and screens that wait."""

import re
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import OAuth2Error
from sqlmodel import Session, select

from shared.identity.issuer.oauth.actions import server
from shared.identity.issuer.oauth.answers import Answer
from shared.identity.issuer.oauth.clients import KnownClient
from shared.identity.issuer.oauth.models import DeviceAuthorization, OAuthClient
from shared.identity.issuer.oauth.request import FormRequest
from shared.identity.issuer.oauth.server import Circumstances, Iss
from shared.identity.issuer.sign_in.authenticated import Authenticated


@dataclass(frozen=True)
class Consent:
    """What somebody signs in for: the name of the client, and where they go then."""

    client: str
    redirect_uri: str


def check(db: Session, about: Circumstances, request: FormRequest) -> Consent | Answer:
    """An answer is a refusal: a redirect when the redirect URI is the client's own, and only then."""
    asked = server(db, about)
    try:
        grant = asked.get_consent_grant(request)
    except OAuth2Error as error:
        answer = asked.handle_error_response(request, error)
        Iss(about.settings.issuer_url).add_issuer_parameter(asked, answer)
        return answer
    client: KnownClient = request.client
    return Consent(client.row.label, grant.redirect_uri)


def authorize(db: Session, about: Circumstances, request: FormRequest, proved: Authenticated) -> Answer:
    """With a code for the client. Checked again, because the request came from outside again."""
    asked = server(db, about)
    try:
        grant = asked.get_consent_grant(request, end_user=proved)
    except OAuth2Error as error:
        return asked.handle_error_response(request, error)
    return asked.create_authorization_response(request, grant_user=proved, grant=grant)


def canonical_user_code(typed: str) -> str:
    """`bcdf ghjk` is `BCDF-GHJK`; empty for what is none."""
    letters = re.sub(r"[^A-Z]", "", typed.upper())
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == 8 else ""


@dataclass(frozen=True)
class Waiting:
    """A screen that waits, by the code it shows."""

    client: str
    user_code: str


def find_screen(db: Session, about: Circumstances, typed: str) -> Waiting | None:
    row = pending(db, about, typed)
    client = db.get(OAuthClient, row.client_id) if row else None
    return Waiting(client.label, row.user_code) if row and client else None


def decide_screen(db: Session, about: Circumstances, typed: str, proved: Authenticated | None) -> bool:
    """Approves it for whoever signed in, or denies it. False when nothing waits any more."""
    row = pending(db, about, typed)
    if row is None:
        return False
    row.approved = proved is not None
    if proved:
        row.account_id, row.amr, row.auth_time = proved.account_id, list(proved.amr), proved.auth_time
    return True


def pending(db: Session, about: Circumstances, typed: str) -> DeviceAuthorization | None:
    found = select(DeviceAuthorization).where(DeviceAuthorization.user_code == canonical_user_code(typed))
    row = db.exec(found.with_for_update()).first()
    return row if row and row.approved is None and about.now < row.expires_at else None
