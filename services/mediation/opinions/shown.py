"""A resident's word as its readers see it: in their language, and no more of it than they may read."""

from collections.abc import Sequence
from datetime import datetime

from services.mediation.opinions.models import (
    AnswerLookupOut,
    AnswerOut,
    Opinion,
    OpinionAnswer,
    OpinionFileOut,
    OpinionOut,
    OpinionReceivedOut,
    OpinionStep,
    SpeakerOut,
    StepOut,
)
from services.mediation.opinions.rules import is_overdue
from services.mediation.opinions.words import OUTCOMES, STEPS, sentence


def outline(
    opinion: Opinion, answers: Sequence[OpinionAnswer], language: str, now: datetime, *, with_words: bool,
) -> OpinionOut:
    """Where a dispute is, in somebody's own words, tells who quarrels: that is for those who may read the words."""
    return OpinionOut(
        **opinion.model_dump(exclude={"place_label"}),
        place_label=opinion.place_label if with_words else None,
        noted_down=opinion.noted_down_by is not None,
        overdue=is_overdue(opinion.state, opinion.answer_due_at, now),
        answer=standing_answer(opinion, answers, language),
    )


def file(
    opinion: Opinion, answers: Sequence[OpinionAnswer], language: str, now: datetime, *, with_words: bool,
) -> OpinionFileOut:
    shown = outline(opinion, answers, language, now, with_words=with_words)
    earlier = answers[1:] if shown.answer else answers
    return OpinionFileOut(
        **dict(shown),
        words=opinion.words if with_words else None,
        speaker=speaker_of(opinion) if with_words else None,
        earlier_answers=[answer_shown(given, language) for given in earlier],
    )


def without_code(received: OpinionReceivedOut) -> OpinionReceivedOut:
    """As the service keeps it: the code is the speaker's alone."""
    return received.model_copy(update={"answer_code": None})


def looked_up(
    opinion: Opinion, answers: Sequence[OpinionAnswer], steps: Sequence[OpinionStep], language: str, now: datetime,
) -> AnswerLookupOut:
    return AnswerLookupOut(
        **opinion.model_dump(include={"kind", "state", "received_at", "answer_due_at"}),
        overdue=is_overdue(opinion.state, opinion.answer_due_at, now),
        answer=standing_answer(opinion, answers, language),
        steps=[step_shown(step, language) for step in steps],
    )


def standing_answer(opinion: Opinion, answers: Sequence[OpinionAnswer], language: str) -> AnswerOut | None:
    """The newest, unless the word is open again."""
    return answer_shown(answers[0], language) if answers and opinion.state == "answered" else None


def answer_shown(answer: OpinionAnswer, language: str) -> AnswerOut:
    return AnswerOut(**answer.model_dump(), says=sentence(OUTCOMES, answer.outcome, answer.facts, language))


def step_shown(step: OpinionStep, language: str) -> StepOut:
    return StepOut(**step.model_dump(), says=sentence(STEPS, step.code, step.facts, language))


def speaker_of(opinion: Opinion) -> SpeakerOut:
    return SpeakerOut(
        account=opinion.spoken_by, resident_id=opinion.speaker_resident_id, contact=opinion.speaker_contact,
        noted_down_by=opinion.noted_down_by, read_back=opinion.read_back,
    )
