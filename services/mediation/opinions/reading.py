"""Who may read a resident's word, and the trace that reading leaves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.mediation.opinions import actions
from services.mediation.opinions.codes import digest_of
from services.mediation.opinions.models import Opinion
from services.mediation.rights.tables import RIGHTS
from shared.db import Reader, found
from shared.http.problems import NotFound
from shared.identity.caller import Caller
from shared.identity.within import Within
from shared.privacy.audit import record_read
from shared.privacy.rights.restricted import must_be_readable


def is_speaker(opinion: Opinion, caller: Caller) -> bool:
    if opinion.spoken_by == caller.subject:
        return True
    return caller.person is not None and opinion.speaker_resident_id == caller.person


def spoken_by(caller: Caller) -> ColumnElement[bool]:
    """SQL predicate: one's own words, and those one noted down for others and now owes an answer."""
    own = [Opinion.spoken_by == caller.subject, Opinion.noted_down_by == caller.subject]
    if caller.person is not None:
        own.append(Opinion.speaker_resident_id == caller.person)
    return or_(*own)


def is_my_case(caller: Caller) -> ColumnElement[bool]:
    """SQL predicate: disputes a grant names; or, without a name, those one took up, and those nobody has yet."""
    taken = col(Opinion.owner).is_(None) | (col(Opinion.owner) == caller.subject)
    by_relation = (col(Opinion.kind) == "dispute") & taken if caller.related_as("case") else false()
    return col(Opinion.id).in_(sorted(caller.units("case"))) | by_relation


def within(caller: Caller, community: str | None = None) -> Within:
    """The same for lists and for single words: all of the communities one works for, one's cases, and one's own."""
    return caller.within(Opinion.community, community, own=spoken_by(caller), case=is_my_case(caller))


def handled(caller: Caller) -> Within:
    """What the caller may answer or tell: one's own are here those one noted down for somebody else."""
    return caller.within(Opinion.community, own=col(Opinion.noted_down_by) == caller.subject, case=is_my_case(caller))


async def opened(session: AsyncSession | Reader, id: UUID, caller: Caller) -> Opinion:
    """Raises `NotFound` also for a word that is not the caller's to read."""
    return await found(session, Opinion, id, within=within(caller))


def may_read_words(opinion: Opinion, caller: Caller) -> bool:
    """Of a word that is open to the caller: those of a dispute are for the speaker, the one who wrote them down, and
    the one who has taken it up to settle it."""
    if opinion.kind != "dispute" or is_speaker(opinion, caller) or opinion.noted_down_by == caller.subject:
        return True
    settling = caller.with_permission("opinions:read_dispute")
    has_taken_it_up = opinion.owner == caller.subject and bool(settling.related_as("case"))
    return settling.reaches(opinion.community, "case") and (has_taken_it_up or opinion.id in settling.units("case"))


async def read_words(tx: AsyncSession, opinion: Opinion, caller: Caller, *, purpose: str, now: datetime) -> bool:
    """Whether the caller may. Reading another's dispute leaves an entry; reading one's own answer is being told.

    Raises `Restricted` for the words of who asked that nobody uses them."""
    may_read = may_read_words(opinion, caller)
    if is_speaker(opinion, caller):
        await actions.mark_told(tx, opinion, channel="app", told_at=now, now=now)
        return True
    if may_read:
        await must_be_readable(tx, RIGHTS, [opinion.speaker_resident_id], purpose)
    if may_read and opinion.kind == "dispute":
        record_read(tx, opinion, purpose=purpose, resident_id=opinion.speaker_resident_id)
    return may_read


async def by_code(tx: AsyncSession, code: str, caller: Caller, now: datetime) -> Opinion:
    """Whoever holds the code is the one who spoke. Raises `NotFound`, which does not say whether the code is known."""
    opinion = (await tx.exec(select(Opinion).where(Opinion.answer_code_hash == digest_of(code)))).one_or_none()
    if opinion is None or not caller.reaches(opinion.community):
        raise NotFound(kind="answer_code")
    await actions.mark_told(tx, opinion, channel="answer_code", told_at=now, now=now)
    return opinion
