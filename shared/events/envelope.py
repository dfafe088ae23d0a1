"""The envelope of every Linli event: CloudEvents 1.0, structured JSON, with Linli's extensions."""

from typing import Annotated, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A word of an open vocabulary, e.g. `no_smoke_detector`. New words may appear without a new event version."""

Community = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{1,30}$")]
"""The slug of a community, e.g. `yingui`. It is the last token of the NATS subject."""

Severity = Annotated[int, Field(ge=1, le=4)]
"""1 blue, 2 yellow, 3 orange, 4 red."""


class Payload(BaseModel):
    """What happened: ids, codes, counts and coarse bands. Never personal data, never free text.

    Unknown fields are ignored, because a newer publisher may add optional ones.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_type: ClassVar[str]


P = TypeVar("P", bound=Payload)


class Event(BaseModel, Generic[P]):
    """One event as it travels. `id` is also the `Nats-Msg-Id`; the NATS subject is `type` + `.` + `community`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str = Field(description="`/volunteer`, `/mediation`, `/eldercare`, `/resources` or `/identity`")
    type: str
    subject: str = Field(description="Id of the aggregate that changed: the key within which order holds")
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    community: Community
    sequence: int = Field(ge=0, description="Version of the aggregate; ignore an event older than one already seen")
    correlationid: UUID = Field(description="The whole loop, from somebody's word to the answer")
    causationid: UUID | None = Field(default=None, description="The event that led to this one")
    traceparent: str | None = None
    data: P

    @property
    def nats_subject(self) -> str:
        return f"{self.type}.{self.community}"


