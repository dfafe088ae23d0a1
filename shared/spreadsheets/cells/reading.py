"""What a cell turned out to say."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value, warning codes, and the text that could not be used but must not be lost."""

    value: T
    warnings: tuple[str, ...] = ()
    kept: str | None = None
