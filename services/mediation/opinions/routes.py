"""Residents' words over HTTP."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response
from sqlmodel import select

from services.mediation.opinions import actions, reading, shown
from services.mediation.opinions.models import (
    AnswerLookupIn,
    AnswerLookupOut,
    Opinion,
    OpinionAnswer,
    OpinionAnswerIn,
    OpinionFileOut,
    OpinionIn,
    OpinionKind,
    OpinionOut,
    OpinionReceivedOut,
    OpinionStep,
    State,
    StepOut,
    ToldIn,
    WordIn,
)
from shared.clock import Now
from shared.db import Read, Tx, locked
from shared.http.answers import language_of
from shared.http.idempotency import Attempt, idempotent, read_attempt
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.http.problems import NotAllowed
from shared.identity.caller import Caller, requires
from shared.types import Code, Community

router = APIRouter(prefix="/v1/opinions", tags=["opinions"])

Speak = requires("opinions:speak")
ReadOpinions = requires("opinions:read")
Answer = requires("opinions:answer")
Tell = requires("opinions:tell")
LookUp = requires("opinions:look_up_answer")

STEPS_OF_A_LOOK = 50


async def read_language(accept_language: Annotated[str | None, Header()] = None) -> str:
    return language_of(accept_language or "")


Language = Annotated[str, Depends(read_language)]


async def forget_who(caller: Speak, attempt: Annotated[Attempt, Depends(read_attempt)]) -> Caller:
    """From here on nothing knows the account: not the word, not the key of the request, and not the log."""
    attempt.hide(caller.subject)
    unnamed = replace(caller, subject="anonymous", person_id=None, session_id=None)
    attempt.request.state.caller = replace(unnamed, grants=())  # a role that few people have is a name, too
    return unnamed


Unnamed = Annotated[Caller, Depends(forget_who)]


@router.post("", status_code=201)
@idempotent(kept=shown.without_code)
async def speak(body: OpinionIn, caller: Speak, tx: Tx, now: Now, language: Language) -> OpinionReceivedOut:
    """One's own word, or one that a worker notes down for somebody else."""
    caller.must_reach(body.community)
    word, by = WordIn(**body.model_dump(exclude={"noted_down"})), caller.subject
    if body.noted_down is None:
        received = await actions.receive(tx, word, now, spoken_by=by)
    elif caller.may_in("opinions:note_down", body.community):
        received = await actions.receive(tx, word, now, noted_down_by=by, speaker=body.noted_down)
    else:
        raise NotAllowed(permission="opinions:note_down", community=body.community)
    return first_sight(*received, language, now)


@router.post("/anonymous", status_code=201)
@idempotent(kept=shown.without_code)
async def speak_unnamed(body: WordIn, caller: Unnamed, tx: Tx, now: Now, language: Language) -> OpinionReceivedOut:
    """Who spoke is not kept. The answer is found with the code that is shown now."""
    caller.must_reach(body.community)
    return first_sight(*await actions.receive(tx, body, now), language, now)


@router.get("")
async def list_opinions(
    caller: ReadOpinions, session: Read, query: Paging, now: Now, language: Language, community: Community | None = None,
    kind: OpinionKind | None = None, state: State | None = None, topic: Code | None = None,
    correlation_id: UUID | None = None, place_id: UUID | None = None, mine: bool = False, overdue: bool = False,
    untold: bool = False,
) -> Page[OpinionOut]:
    """As far as one reaches: all, one's cases, and always one's own and those one noted down. The words are not here.

    `overdue`: promised for a day that has passed. `untold`: answered, but nobody has told the speaker yet.
    """
    wanted = {Opinion.kind: kind, Opinion.state: state, Opinion.topic: topic, Opinion.place_id: place_id,
              Opinion.correlation_id: correlation_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if mine:
        conditions.append(reading.spoken_by(caller))
    if overdue:
        conditions += [Opinion.state != "answered", Opinion.answer_due_at <= now]
    if untold:
        conditions += [Opinion.state == "answered", Opinion.told_at.is_(None)]
    page = await page_of(session, Opinion, query, reading.within(caller, community).predicate, *conditions)
    answers = await actions.answers_of(session, [opinion.id for opinion in page.items])
    items = [outline(opinion, caller, answers[opinion.id], language, now) for opinion in page.items]
    return Page(items=items, next=page.next)


@router.post("/answer-lookup")
@idempotent
async def look_up_answer(body: AnswerLookupIn, caller: LookUp, tx: Tx, now: Now, language: Language) -> AnswerLookupOut:
    """For somebody without an account who has the code: at a worker's desk or a screen in the hall."""
    opinion = await reading.by_code(tx, body.code, caller, now)
    steps = (await tx.exec(select(OpinionStep).where(OpinionStep.opinion_id == opinion.id).order_by(
        OpinionStep.id.desc()).limit(STEPS_OF_A_LOOK))).all()
    answers = await actions.answers_of(tx, [opinion.id])
    return shown.looked_up(opinion, answers[opinion.id], steps, language, now)


@router.get("/{id}")
async def read_opinion(
    id: UUID, caller: ReadOpinions, tx: Tx, now: Now, response: Response, language: Language, purpose: Code = "handling",
) -> OpinionFileOut:
    """With the words. Reading those of somebody else's dispute is written down, with the purpose."""
    opinion = await reading.opened(tx, id, caller)
    with_words = await reading.read_words(tx, opinion, caller, purpose=purpose, now=now)
    answers = await actions.answers_of(tx, [opinion.id])
    return tagged(response, shown.file(opinion, answers[opinion.id], language, now, with_words=with_words))


@router.get("/{id}/steps")
async def list_steps(id: UUID, caller: ReadOpinions, session: Read, query: Paging, language: Language) -> Page[StepOut]:
    """What became of it, newest first, as sentences in the reader's language."""
    opinion = await reading.opened(session, id, caller)
    page = await page_of(session, OpinionStep, query, OpinionStep.opinion_id == opinion.id)
    return Page(items=[shown.step_shown(step, language) for step in page.items], next=page.next)


@router.post("/{id}/take-up")
@idempotent
async def take_up(id: UUID, caller: Answer, tx: Tx, now: Now, seen: IfMatch, language: Language) -> OpinionOut:
    """The caller becomes the one who owes the answer."""
    opinion = await locked(tx, Opinion, id, expected_version=seen, within=reading.handled(caller))
    return await outlined(tx, actions.take_up(tx, opinion, by=caller.subject, now=now), caller, language, now)


@router.post("/{id}/answer")
@idempotent
async def answer_opinion(
    id: UUID, body: OpinionAnswerIn, caller: Answer, tx: Tx, now: Now, seen: IfMatch, language: Language,
) -> OpinionOut:
    """With a reason, at any time; an earlier answer is kept."""
    opinion = await locked(tx, Opinion, id, expected_version=seen, within=reading.handled(caller))
    opinion = actions.answer_by_worker(tx, opinion, body, by=caller.subject, now=now)
    return await outlined(tx, opinion, caller, language, now)


@router.post("/{id}/confirm-told")
@idempotent
async def confirm_told(
    id: UUID, body: ToldIn, caller: Tell, tx: Tx, now: Now, seen: IfMatch, language: Language,
) -> OpinionOut:
    """A worker has told the answer to somebody without a phone."""
    opinion = await locked(tx, Opinion, id, expected_version=seen, within=reading.handled(caller))
    opinion = await actions.confirm_told(tx, opinion, body, by=caller.subject, now=now)
    return await outlined(tx, opinion, caller, language, now)


async def outlined(tx: Tx, opinion: Opinion, caller: Caller, language: str, now: Now) -> OpinionOut:
    answers = await actions.answers_of(tx, [opinion.id])
    return outline(opinion, caller, answers[opinion.id], language, now)


def outline(
    opinion: Opinion, caller: Caller, answers: Sequence[OpinionAnswer], language: str, now: Now,
) -> OpinionOut:
    return shown.outline(opinion, answers, language, now, with_words=reading.may_read_words(opinion, caller))


def first_sight(opinion: Opinion, code: str | None, language: str, now: Now) -> OpinionReceivedOut:
    """For the one whose words they are."""
    return OpinionReceivedOut(**dict(shown.outline(opinion, [], language, now, with_words=True)), answer_code=code)
