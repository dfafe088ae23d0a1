"""By what an organisation is known, and what a licence is worth on a day."""

from collections.abc import Iterable
from datetime import date

from services.resources.register.organisations.models import Licence
from shared.spreadsheets.cells import compact, text


def organisation_key(name: str) -> str:
    return compact(text(name))


def is_valid(licence: Licence, on: date) -> bool:
    """Its first and its last day included."""
    return (licence.valid_from or on) <= on <= (licence.valid_to or on)


def holds_licence(licences: Iterable[Licence], kind: str, on: date) -> bool:
    """True when one licence of the kind is valid on that day."""
    return any(licence.kind == kind and is_valid(licence, on) for licence in licences)
