"""What the issuer publishes of its keys."""

from shared.types import Out


class JwksOut(Out):
    """RFC 7517 §5."""

    keys: list[dict[str, str]]
