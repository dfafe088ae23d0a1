"""What every service says of its own log: how far it had come, under the service's signature."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from .envelope import Payload

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256."""

Proof = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]
"""The signature part of an ES256 JWS."""


class Checkpoint(Payload):
    """Whoever keeps these can tell later whether entries up to `seq` are still what they were.

    `count`: entries so far; `previous`: the `seq` of the checkpoint before.
    """

    seq: int = Field(gt=0)
    hash: Digest
    count: int = Field(gt=0)
    previous: int = Field(ge=0)
    taken_at: AwareDatetime
    proof: Proof
