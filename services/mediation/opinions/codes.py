"""The code with which somebody without an account can be told their answer. Only its digest is kept."""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: nobody reading it aloud mistakes one sign for another."""
LENGTH = 10
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_code() -> str:
    """50 random bits, written as `K7QMD-2XW9F`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{signs[:5]}-{signs[5:]}"


def digest_of(code: str) -> str:
    """The same for every way people write a code: small letters, spaces, no hyphen, O for 0."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(signs.translate(MISREAD).encode()).hexdigest()
