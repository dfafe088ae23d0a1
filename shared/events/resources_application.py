"""What the resources service says of those who decide what a fund gives, and of what is asked of it. Nobody is named."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .envelope import Code, Payload
from .registry import event


@event("resources.committee.formed.v1")
class CommitteeFormed(Payload):
    """A fund has a committee, which decides by a charter."""

    committee_id: UUID
    fund_id: UUID
    charter: Code
    members: int = Field(gt=0)
    supervisors: int = Field(ge=0)


@event("resources.committee.ended.v1")
class CommitteeEnded(Payload):
    """A committee opens no more votes."""

    committee_id: UUID
    fund_id: UUID
    reason: Code


class ApplicationPayload(Payload):
    application_id: UUID


@event("resources.application.submitted.v1")
class ApplicationSubmitted(ApplicationPayload):
    """Help for a family, or a micro-grant, was asked of a fund."""

    fund_id: UUID
    kind: Literal["family_aid", "micro_grant"]
    purpose: Code
    amount: int = Field(gt=0)


@event("resources.application.found_eligible.v1")
class ApplicationFoundEligible(ApplicationPayload):
    """A second person found that it may be voted on."""


@event("resources.application.refused.v1")
class ApplicationRefused(ApplicationPayload):
    """It is not voted on."""

    reason: Code


@event("resources.vote.opened.v1")
class VoteOpened(ApplicationPayload):
    """The committee votes, until `closes_at`, by the charter it has now."""

    committee_id: UUID
    charter: Code
    round: int = Field(gt=0)
    closes_at: AwareDatetime


@event("resources.vote.decided.v1")
class VoteDecided(ApplicationPayload):
    """How the committee decided. Whoever was recused counts for nothing; what was `awarded` is held."""

    round: int = Field(gt=0)
    approved: bool
    approve: int = Field(ge=0)
    reject: int = Field(ge=0)
    abstain: int = Field(ge=0)
    recused: int = Field(ge=0)
    awarded: int | None = None


@event("resources.application.published.v1")
class ApplicationPublished(ApplicationPayload):
    """Everybody may object until the end of that day; nothing is paid before."""

    notice_until: date


@event("resources.application.appealed.v1")
class ApplicationAppealed(ApplicationPayload):
    """Somebody objects; nothing is paid until that is judged."""


@event("resources.application.appeal_judged.v1")
class AppealJudged(ApplicationPayload):
    """Upheld against an award, the money is free again; upheld against a refusal, it is voted on anew."""

    upheld: bool
    reason: Code


@event("resources.application.paid.v1")
class ApplicationPaid(ApplicationPayload):
    """Money was paid for a purpose."""

    fund_id: UUID
    purpose: Code
    amount: int = Field(gt=0)


@event("resources.application.payment_returned.v1")
class ApplicationPaymentReturned(ApplicationPayload):
    """What was paid came back, or was paid by mistake."""

    reason: Code


@event("resources.application.reported.v1")
class ApplicationReported(ApplicationPayload):
    """It was reported what the money did."""


@event("resources.application.closed.v1")
class ApplicationClosed(ApplicationPayload):
    """The file is closed."""


@event("resources.application.withdrawn.v1")
class ApplicationWithdrawn(ApplicationPayload):
    """Nothing comes of it; what was held is free again."""

    reason: Code
