"""What a token says of its bearer; and how a refusal while signing in is answered."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from shared.http.answers import language_of
from shared.identity.caller import SignedIn
from shared.identity.issuer.models import GrantOut, MeOut
from shared.identity.issuer.oauth.answers import NEVER_KEEP
from shared.identity.issuer.refusals import Refused, TooManyGrants
from shared.identity.tokens import TokenTooLarge

router = APIRouter(tags=["identity"])


@router.get("/v1/me")
async def read_me(caller: SignedIn) -> MeOut:
    grants: list[Any] = [GrantOut(role=grant.role, community=grant.community) for grant in caller.grants]
    return MeOut(subject=caller.subject, grants=grants, person_id=caller.person_id)


async def on_too_large(request: Request, _: TokenTooLarge) -> JSONResponse:
    return await on_refused(request, TooManyGrants())


async def on_refused(request: Request, refused: Refused) -> JSONResponse:
    language = language_of(request.headers.get("accept-language", ""))
    body = {"error": refused.error, "error_description": refused.description.in_language(language)}
    spoken = {"Content-Language": "zh-CN" if language == "zh" else "en"}
    return JSONResponse(body, refused.status, NEVER_KEEP | refused.headers | spoken)
