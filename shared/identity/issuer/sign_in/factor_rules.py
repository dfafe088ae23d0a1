"""Who needs a second factor, what a password must be like, and which codes of an authenticator count."""

import unicodedata
from collections.abc import Callable, Iterable

from shared.http.problems import Words

SECOND_FACTOR_ROLES: dict[str, str] = {
    "doctor": "reads and writes health records",
    "mediator": "reads disputes",
    "social_worker": "reads who lives where, and how they fare",
    "community_admin": "gives and takes what others may do",
    "coordinator": "reaches every community",
    "auditor": "reads the log of everybody",
    "operator": "runs the platform",
}
"""Whoever signs in with less has none of these roles until they sign in again, and why."""

STEP_SECONDS = 30
DRIFT = (0, -1, 1)
"""Clocks of telephones are a little off (RFC 6238 §5.2)."""
SHORTEST_PASSWORD, LEAST_DIFFERENT = 10, 5


def is_enough_for(role: str, amr: Iterable[str]) -> bool:
    return role not in SECOND_FACTOR_ROLES or "mfa" in amr


def step_of(code: str, last_step: int | None, seconds: float, code_at: Callable[[int], str]) -> int | None:
    """The time step of a code that is right and newer than the last used one; else None."""
    present = int(seconds) // STEP_SECONDS
    steps = [present + drift for drift in DRIFT if last_step is None or present + drift > last_step]
    return next((step for step in steps if code_at(step) == code), None)


def wrong_with_password(password: str, username: str) -> Words | None:
    """NIST SP 800-63B: length counts, and nothing that is the name again; no rules about signs."""
    if len(password) < SHORTEST_PASSWORD:
        return Words(f"密码至少 {SHORTEST_PASSWORD} 位", f"A password has at least {SHORTEST_PASSWORD} characters")
    if len(set(password)) < LEAST_DIFFERENT or username.casefold() in password.casefold():
        return Words("密码太容易猜到", "The password is too easy to guess")
    return None


def same_however_typed(password: str) -> str:
    """Full width and composed signs are the same password (RFC 8265)."""
    return unicodedata.normalize("NFKC", password)


def canonical_recovery_code(typed: str) -> str:
    """`abcd-efgh-jkmn` as anybody writes it down; empty for what is none."""
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum())
    return letters if len(letters) == RECOVERY_LETTERS and not letters.isdecimal() else ""


RECOVERY_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
RECOVERY_LETTERS, RECOVERY_CODES = 12, 10
"""59 bits each."""
