"""A resident's word 居民的话: what somebody said, what became of it, and the answer they were given."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.mediation.tables import Table
from shared.clock import system_clock
from shared.db import Entity
from shared.privacy.audit.hidden import NAMED_BY
from shared.events.mediation import OpinionKind
from shared.privacy.fields.columns import Sealing, sealed
from shared.types import Code, Community, In, Line, Moment, Out, Quantity, Severity, Story, new_id

State = Literal["received", "in_progress", "answered"]
AnsweredBy = Literal["loop", "worker"]
WorkerOutcome = Literal["adopted", "partly_adopted", "not_adopted", "out_of_scope", "referred", "settled", "done"]
Channel = Literal["in_person", "phone", "letter", "notice_board", "wechat", "loudspeaker"]


class Opinion(Entity, Table, table=True):
    """The words, and who spoke them, never leave this table. Nobody is named when the speaker wished so:
    then `spoken_by` and `speaker_*` are empty, and who holds the answer code is told."""

    __tablename__ = "opinion"
    __table_args__ = (
        CheckConstraint("severity between 1 and 4", "severity"),
        Index("ix_opinion_community_state", "community", "state"),
        Index("ix_opinion_unanswered", "answer_due_at", postgresql_where=text("state <> 'answered'")),
        {"info": {NAMED_BY: ("spoken_by", "noted_down_by")}},
    )

    kind: OpinionKind = Field(sa_type=String)
    topic: str | None = Field(default=None, max_length=60)
    severity: int | None = None
    words: str = sealed()
    items: list[dict] = Field(default_factory=list, sa_type=JSONB)
    place_id: UUID | None = None
    place_label: str | None = sealed(default=None)

    spoken_by: str | None = Field(default=None, max_length=255, index=True)
    noted_down_by: str | None = Field(default=None, max_length=255, index=True)
    speaker_resident_id: UUID | None = Field(default=None, index=True)
    speaker_contact: str | None = sealed(default=None)
    read_back: bool | None = None
    answer_code_hash: str | None = Field(default=None, max_length=64, unique=True)

    state: State = Field(default="received", sa_type=String)
    owner: str | None = Field(default=None, max_length=255)
    correlation_id: UUID = Field(unique=True)
    received_at: datetime
    answer_rules: str = Field(max_length=20)
    answer_due_at: datetime
    overdue_told_at: datetime | None = None
    told_at: datetime | None = None


class OpinionAnswer(Table, table=True):
    """Every answer that was given stays: a hazard may come back, and be closed again."""

    __tablename__ = "opinion_answer"
    __sealing__ = Sealing(lambda answer: answer.opinion_id)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    opinion_id: UUID = Field(foreign_key="opinion.id", index=True)
    outcome: str = Field(max_length=60)
    facts: dict = Field(default_factory=dict, sa_type=JSONB)
    reason: str | None = sealed(default=None)
    answered_by: AnsweredBy = Field(sa_type=String)
    worker: str | None = Field(default=None, max_length=255)
    answered_at: datetime
    told_at: datetime | None = None
    told_channel: str | None = Field(default=None, max_length=20)
    told_by: str | None = Field(default=None, max_length=255)


class OpinionStep(Table, table=True):
    """`id` is that of the event, so that the order is that of what happened, whenever it was heard here."""

    __tablename__ = "opinion_step"

    opinion_id: UUID = Field(foreign_key="opinion.id", primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(max_length=100)
    about: UUID | None = None
    facts: dict = Field(default_factory=dict, sa_type=JSONB)
    at: datetime
    updated_at: datetime = Field(default_factory=system_clock)


class LoopPart(Table, table=True):
    """A hazard or a need as last heard of; kept for all of them, because one may turn out to be the same as another."""

    __tablename__ = "loop_part"

    id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=20)
    community: str = Field(max_length=31)
    correlation_id: UUID = Field(index=True)
    standing: str = Field(max_length=20)
    duplicate_of: UUID | None = Field(default=None, index=True)
    facts: dict = Field(default_factory=dict, sa_type=JSONB)
    sequence: int


class NotedDownIn(In):
    """For whom a worker writes. With neither an id nor a contact the speaker stays unnamed."""

    resident_id: UUID | None = Rule(default=None, description="Of the register")
    contact: Line | None = Rule(default=None, description="How to find them again", examples=["3栋底楼，下午在家"])
    read_back: bool = Rule(description="The note was read back to the speaker, and they agreed")


class ItemIn(In):
    item: Code = Rule(examples=["walking_stick"])
    quantity: Quantity


class WordIn(In):
    community: Community
    kind: OpinionKind
    topic: Code | None = Rule(
        default=None, description="For a hazard its kind, for a need its item", examples=["no_smoke_detector"])
    severity: Severity | None = None
    words: Story
    items: list[ItemIn] = Rule(default_factory=list, max_length=30, description="For a need: what and how many")
    place_id: UUID | None = Rule(default=None, description="Courtyard, building or household of the register")
    place_label: Line | None = None


class OpinionIn(WordIn):
    noted_down: NotedDownIn | None = Rule(default=None, description="When a worker writes for somebody else")


class OpinionAnswerIn(In):
    outcome: WorkerOutcome
    reason: Story


class ToldIn(In):
    channel: Channel
    told_at: Moment | None = Rule(default=None, description="Default: now")


class AnswerLookupIn(In):
    code: Line


class AnswerOut(Out):
    """`says` is the outcome in the reader's language; `reason` is as the worker wrote it."""

    outcome: str
    says: str
    reason: str | None
    facts: dict
    answered_by: AnsweredBy
    answered_at: datetime
    told_at: datetime | None
    told_channel: str | None


class StepOut(Out):
    """`about` is the hazard, need or works that moved; `facts` are what the sentence is made of, as codes."""

    id: UUID
    code: str
    says: str
    about: UUID | None
    facts: dict
    at: datetime


class OpinionOut(Out):
    """Without the words: they are read one by one."""

    id: UUID
    community: str
    kind: OpinionKind
    topic: str | None
    severity: int | None
    items: list[dict]
    place_id: UUID | None
    place_label: str | None = Rule(description="Null for whoever may not read the words of a dispute")
    state: State
    owner: str | None
    noted_down: bool
    answer_due_at: datetime
    answer_rules: str
    overdue: bool
    answer: AnswerOut | None
    correlation_id: UUID
    received_at: datetime
    version: int
    updated_at: datetime


class OpinionReceivedOut(OpinionOut):
    answer_code: str | None = Rule(
        description="Only for a speaker without an account, and only now, so not when the request is sent again: "
                    "with it the answer can be looked up")


class SpeakerOut(Out):
    """Whom to tell, for those who do."""

    account: str | None
    resident_id: UUID | None
    contact: str | None
    noted_down_by: str | None
    read_back: bool | None


class OpinionFileOut(OpinionOut):
    words: str | None = Rule(description="Null for whoever may not read the words of a dispute")
    speaker: SpeakerOut | None = Rule(description="Null for whoever may not read the words")
    earlier_answers: list[AnswerOut]


class AnswerLookupOut(Out):
    kind: OpinionKind
    state: State
    received_at: datetime
    answer_due_at: datetime
    overdue: bool
    answer: AnswerOut | None
    steps: list[StepOut] = Rule(description="The latest, newest first")
