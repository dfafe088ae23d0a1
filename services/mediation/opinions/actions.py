"""Changes to a resident's word: called from routes and from listeners alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.mediation.opinions import rules
from services.mediation.opinions.codes import digest_of, new_code
from services.mediation.opinions.deadlines import deadline_of
from services.mediation.opinions.models import (
    NotedDownIn,
    Opinion,
    OpinionAnswer,
    OpinionAnswerIn,
    OpinionStep,
    ToldIn,
    WordIn,
)
from shared.db import Reader, changed
from shared.events import mediation as events
from shared.events.volunteer import RequiredItem
from shared.messaging.outbox import emit
from shared.types import new_id

JOB_BATCH = 200


async def receive(
    tx: AsyncSession, word: WordIn, now: datetime, *, spoken_by: str | None = None, noted_down_by: str | None = None,
    speaker: NotedDownIn | None = None,
) -> tuple[Opinion, str | None]:
    """The loop begins. Whoever speaks without an account gets a code, told this once."""
    rules.must_fit_kind(word)
    code = None if spoken_by else new_code()
    deadline = deadline_of(word.kind, now)
    opinion = Opinion(
        **word.model_dump(exclude={"items"}), items=[item.model_dump() for item in rules.items_wanted(word)],
        spoken_by=spoken_by, noted_down_by=noted_down_by, answer_code_hash=digest_of(code) if code else None,
        speaker_resident_id=speaker.resident_id if speaker else None,
        speaker_contact=speaker.contact if speaker else None, read_back=speaker.read_back if speaker else None,
        correlation_id=new_id(), received_at=now, created_at=now, updated_at=now,
        answer_due_at=deadline.due_at, answer_rules=deadline.rules,
    )
    tx.add(opinion)
    await tx.flush()
    said = events.OpinionReceived(
        opinion_id=opinion.id, kind=opinion.kind, topic=opinion.topic, severity=opinion.severity,
        place_id=opinion.place_id, items=[RequiredItem(**item) for item in opinion.items],
        answer_due_at=opinion.answer_due_at,
    )
    emit(tx, said, of=opinion, correlation_id=opinion.correlation_id)
    add_step(tx, opinion, "mediation.opinion.received", now)
    return opinion, code


def take_up(tx: AsyncSession, opinion: Opinion, *, by: str, now: datetime) -> Opinion:
    move(opinion, "take_up", now)
    opinion.owner = by
    add_step(tx, opinion, "mediation.opinion.taken_up", now)
    return opinion


def take_up_again(tx: AsyncSession, opinion: Opinion, now: datetime) -> None:
    """What was answered is open again: a new answer is owed, with a new day."""
    move(opinion, "take_up_again", now)
    deadline = deadline_of(opinion.kind, now)
    opinion.answer_due_at, opinion.answer_rules = deadline.due_at, deadline.rules
    opinion.overdue_told_at = opinion.told_at = None
    add_step(tx, opinion, "mediation.opinion.taken_up_again", now)


def answer_by_worker(tx: AsyncSession, opinion: Opinion, body: OpinionAnswerIn, *, by: str, now: datetime) -> Opinion:
    return answer(tx, opinion, OpinionAnswer(
        opinion_id=opinion.id, outcome=body.outcome, reason=body.reason, answered_by="worker", worker=by,
        answered_at=now), now)


def answer_by_loop(tx: AsyncSession, opinion: Opinion, end: rules.LoopEnd, now: datetime) -> Opinion:
    return answer(tx, opinion, OpinionAnswer(
        opinion_id=opinion.id, outcome=end.outcome, facts=end.facts, answered_by="loop", answered_at=now), now)


def answer(tx: AsyncSession, opinion: Opinion, given: OpinionAnswer, now: datetime) -> Opinion:
    move(opinion, "answer", now)
    opinion.told_at = None
    tx.add(given)
    said = events.OpinionAnswered(opinion_id=opinion.id, outcome=given.outcome, answered_by=given.answered_by)
    emit(tx, said, of=opinion, correlation_id=opinion.correlation_id)
    add_step(tx, opinion, "mediation.opinion.answered", now)
    return opinion


async def confirm_told(tx: AsyncSession, opinion: Opinion, body: ToldIn, *, by: str, now: datetime) -> Opinion:
    """A worker has told somebody without a phone."""
    rules.must_be_answered(opinion.state)
    rules.must_be_untold(opinion.told_at)
    told_at = body.told_at or now
    newest = (await answers_of(tx, [opinion.id]))[opinion.id][0]
    rules.must_follow_answer(told_at, newest.answered_at, now)
    await mark_told(tx, opinion, channel=body.channel, by=by, told_at=told_at, now=now)
    changed(opinion, now)
    return opinion


async def mark_told(
    tx: AsyncSession, opinion: Opinion, *, channel: str, told_at: datetime, now: datetime, by: str | None = None,
) -> None:
    """Also when the speaker reads the answer. Two who read at once are told once."""
    untold = update(Opinion).where(Opinion.id == opinion.id, Opinion.state == "answered", Opinion.told_at.is_(None))
    if (await tx.exec(untold.values(told_at=told_at, updated_at=now))).rowcount == 0:
        return
    newest = select(OpinionAnswer.id).where(OpinionAnswer.opinion_id == opinion.id).order_by(
        OpinionAnswer.id.desc()).limit(1).scalar_subquery()
    await tx.exec(update(OpinionAnswer).where(OpinionAnswer.id == newest).values(
        told_at=told_at, told_channel=channel, told_by=by))
    add_step(tx, opinion, "mediation.opinion.told", now)


async def tell_overdue(tx: AsyncSession, now: datetime) -> bool:
    """Says once of each word that its day has passed. True when more is waiting."""
    late = select(Opinion).where(
        Opinion.state != "answered", Opinion.answer_due_at <= now, Opinion.overdue_told_at.is_(None),
    ).order_by(Opinion.answer_due_at).limit(JOB_BATCH).with_for_update(skip_locked=True)
    opinions = (await tx.exec(late)).all()
    for opinion in opinions:
        opinion.overdue_told_at = now
        changed(opinion, now)
        said = events.OpinionOverdue(opinion_id=opinion.id, answer_due_at=opinion.answer_due_at)
        emit(tx, said, of=opinion, correlation_id=opinion.correlation_id)
        add_step(tx, opinion, "mediation.opinion.overdue", now)
    return len(opinions) == JOB_BATCH


async def answers_of(session: AsyncSession | Reader, opinion_ids: list[UUID]) -> Mapping[UUID, list[OpinionAnswer]]:
    """Newest first; an empty list for a word without an answer."""
    answers: dict[UUID, list[OpinionAnswer]] = {id: [] for id in opinion_ids}
    wanted = select(OpinionAnswer).where(OpinionAnswer.opinion_id.in_(opinion_ids)).order_by(OpinionAnswer.id.desc())
    for given in await session.exec(wanted):
        answers[given.opinion_id].append(given)
    return answers


def move(opinion: Opinion, step: str, now: datetime) -> None:
    opinion.state = rules.next_state(opinion.state, step)
    changed(opinion, now)


def add_step(tx: AsyncSession, opinion: Opinion, code: str, now: datetime, **facts: Any) -> None:
    tx.add(OpinionStep(opinion_id=opinion.id, id=new_id(), code=code, facts=facts, at=now, updated_at=now))
