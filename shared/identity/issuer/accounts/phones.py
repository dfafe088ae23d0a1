"""Telephone numbers as people write them, and as they are kept: E.164."""

import re
import unicodedata
from collections.abc import Sequence

MOBILE_IN_CHINA = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
E164 = re.compile(r"\+[1-9]\d{6,14}")
SEPARATORS = re.compile(r"[\s\-()–—‐.·]")
LONGEST = 40


def normalised(typed: str, prefixes: Sequence[str] = ("+86",)) -> str | None:
    """`138 0013 8000`, `０１…` in full width and `0086-…` are `+8613800138000`; None for what is no number to which a
    code may be sent. `prefixes` bound what text messages may cost."""
    if len(typed) > LONGEST:
        return None
    digits = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
    if chinese := MOBILE_IN_CHINA.fullmatch(digits):
        digits = f"+86{chinese[1]}"
    elif digits.startswith("+86") or not E164.fullmatch(digits):
        return None
    return digits if digits.isascii() and digits.startswith(tuple(prefixes)) else None


def masked(phone: str) -> str:
    """`138****8000`: enough for its owner to know it again."""
    national = phone.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}"
