"""What CORS_ORIGINS may hold."""

from typing import Any
from urllib.parse import urlsplit

ON_THIS_MACHINE = ("localhost", "127.0.0.1")


def exact_origins(given: Any) -> tuple[str, ...]:
    """`https://app.example.org https://desk.example.org:8443`, or a list. Raises `ValueError` for what is no origin.

    Browsers write an origin in one way alone, so another spelling would allow nobody, silently.
    """
    origins = given.replace(",", " ").split() if isinstance(given, str) else given
    for origin in origins:
        if not is_origin(origin):
            raise ValueError(
                "CORS_ORIGINS holds exact origins such as https://app.example.org: https (or http://localhost:PORT), "
                "lower case, no path, no standard port, never *")
    return tuple(origins)


def is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme == "http":
        return parts.hostname in ON_THIS_MACHINE and text == f"http://{parts.hostname}:{port}" and port != 80
    written = f"https://{parts.hostname}" + (f":{port}" if port else "")
    return bool(parts.hostname) and "*" not in text and text.isascii() and text == written and port != 443
