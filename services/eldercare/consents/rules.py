"""What an elder's yes or no means for what is written down. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.eldercare.consents.reliance import Basis, Reliance
from shared.http.problems import FieldError, Invalid, invalid

SAID_NO = frozenset({"withdrawn", "refused"})


def basis_of(reliance: Reliance, said: Basis | None, standing: str) -> Basis:
    """Consent when there is one, else what the table says. Raises `Invalid` for a consent that nobody gave."""
    agreed = standing == "given"
    if said == "consent" and not agreed:
        raise invalid("body.basis", "没有有效的同意", "There is no consent in force", standing=standing)
    return said or ("consent" if agreed else reliance.otherwise)


def must_respect(
    reliance: Reliance, basis: Basis, standing: str, written: Iterable[tuple[str, Mapping[str, Any]]],
) -> None:
    """`written`: where in the body, and what. Raises `Invalid` that names everything the elder said no to."""
    if standing not in SAID_NO or basis in reliance.despite:
        return
    errors = [FieldError(f"{place}.{field}", reliance.words)
              for place, values in written for field in reliance.stops if values.get(field)]
    if errors:
        raise Invalid(errors=errors, standing=standing)
