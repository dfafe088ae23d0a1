"""Whose account a caller is."""

from uuid import UUID

from shared.http.problems import NotAllowed, Words
from shared.identity.caller import Caller


def owner(caller: Caller) -> UUID:
    """Raises `NotAllowed` for a token of another issuer, whose accounts are kept there."""
    try:
        return UUID(caller.subject)
    except ValueError:
        raise NotAllowed(Words("此账号不在这里管理", "This account is kept elsewhere")) from None
