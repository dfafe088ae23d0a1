"""Consents over HTTP: by oneself, or noted down by the community's staff."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlmodel import col

from services.resources.rights.consents import actions
from services.resources.rights.consents.models import (
    Consent,
    ConsentIn,
    ConsentOut,
    EffectOut,
    NoticeOut,
    PurposeOut,
    StandingOut,
    StandingsOut,
    WithdrawIn,
    WithdrawnOut,
)
from services.resources.rights.consents.notices import NOTICES
from services.resources.rights.consents.purposes import PURPOSES, VERSION, Effect
from services.resources.rights.own import is_mine, person_of, resident_within
from shared.clock import Now, local_day
from shared.db import Read, Tx, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.identity.caller import requires
from shared.privacy.audit import record_read
from shared.privacy.rights.minors import BARRED, barred_from, needs_guardian
from shared.privacy.rights.standing import Stand
from shared.types import Community

router = APIRouter(prefix="/v1/consents", tags=["rights"])

ReadConsents = requires("consents:read")
RecordConsents = requires("consents:record")


@router.post("", status_code=201)
@idempotent
async def record_consent(body: ConsentIn, caller: RecordConsents, tx: Tx, now: Now) -> ConsentOut:
    """One purpose. A refusal is recorded the same way, so that nobody is asked again and again."""
    resident = await resident_within(tx, caller, body.resident_id)
    return await actions.record(
        tx, resident, body, by=caller.subject, by_themselves=person_of(caller) == resident.id, now=now)


@router.get("/purposes")
async def list_purposes(caller: ReadConsents) -> list[PurposeOut]:
    """What data is used for, what stops when consent is withdrawn, and what goes on."""
    return [
        PurposeOut(code=code, version=VERSION, zh=known.words.zh, en=known.words.en, stops=shown(known.stops),
                   goes_on=shown(known.goes_on), **{name: getattr(known, name) for name in (
                       "bases", "categories", "separate", "names_recipient", "source")})
        for code, known in PURPOSES.items()
    ]


@router.get("/notices")
async def list_notices(caller: ReadConsents) -> list[NoticeOut]:
    return [NoticeOut(version=version, starts_on=known.starts_on, ends_on=known.ends_on, purposes=known.purposes,
                      zh=known.words.zh, en=known.words.en) for version, known in NOTICES.items()]


@router.get("/of/{id}")
async def read_standings(id: UUID, caller: ReadConsents, session: Read, now: Now) -> StandingsOut:
    """How every purpose stands today for a resident, and who must agree for them."""
    resident, today = await resident_within(session, caller, id), local_day(now)
    known = await actions.standings(session, id, today)
    unasked = {(code, None): Stand("none") for code in PURPOSES if not any(purpose == code for purpose, _ in known)}
    barred = [EffectOut(code=code, **BARRED[code].words._asdict()) for code in barred_from(resident.birth_date, today)]
    return StandingsOut(
        resident_id=id, signed_by_guardian=needs_guardian(resident.birth_date, today), barred_from=barred,
        purposes=[stand_out(*key, stand) for key, stand in (known | unasked).items() if key[0] in PURPOSES])


@router.get("")
async def list_consents(
    caller: ReadConsents, tx: Tx, query: Paging, community: Community | None = None, resident_id: UUID | None = None,
) -> Page[ConsentOut]:
    """All that was recorded, withdrawals too, newest first."""
    reached = caller.within(Consent.community, community, own=is_mine(caller, col(Consent.resident_id)))
    wanted = [Consent.resident_id == resident_id] if resident_id else []
    page = await page_of(tx, Consent, query, reached.predicate, *wanted)
    for one in page.items:
        if one.resident_id != person_of(caller):
            record_read(tx, one, purpose="consents", resident_id=one.resident_id)
    return page


@router.post("/{id}/withdraw", status_code=201)
@idempotent
async def withdraw_consent(id: UUID, body: WithdrawIn, caller: RecordConsents, tx: Tx, now: Now) -> WithdrawnOut:
    """Says what stops, and that the help goes on."""
    reached = caller.within(Consent.community, own=is_mine(caller, col(Consent.resident_id)))
    given = await locked(tx, Consent, id, within=reached)
    withdrawal = await actions.withdraw(
        tx, given, body, by=caller.subject, by_themselves=person_of(caller) == given.resident_id, now=now)
    purpose = PURPOSES[given.purpose]
    return WithdrawnOut(**withdrawal.model_dump(), stops=shown(purpose.stops), goes_on=shown(purpose.goes_on))


def shown(effects: tuple[Effect, ...]) -> list[EffectOut]:
    return [EffectOut(code=effect.code, zh=effect.words.zh, en=effect.words.en) for effect in effects]


def stand_out(purpose: str, recipient_id: UUID | None, stand: Stand) -> Any:
    words = PURPOSES[purpose].words
    return StandingOut(
        purpose=purpose, zh=words.zh, en=words.en, standing=stand.standing, recipient_id=recipient_id,
        consent_id=stand.said.id if stand.said else None, ends_on=stand.said.ends_on if stand.said else None)
