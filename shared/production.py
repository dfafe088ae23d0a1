"""What production refuses: one table, read when a process reads its settings, before it listens to anybody."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

SOURCE = Path(__file__).resolve().parent.parent
"""Where this code lies: a key in it came with the code, or is a developer's."""

ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

KNOWN_KEYS = {
    "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U": "RFC 7515 A.3",
    "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s": "RFC 7517 A.2",
}
"""Private keys that everybody can read in a book, by their RFC 7638 thumbprint."""


class Refused(NamedTuple):
    """A setting whose value is wrong in production; what a process does not have is not looked at."""

    setting: str
    is_wrong: Callable[[Any], bool]
    why: str


def is_open(url: str) -> bool:
    place = urlsplit(url)
    return place.scheme != "https" and place.hostname not in ON_THIS_MACHINE


def holds_password(url: str) -> bool:
    return urlsplit(url).password is not None


REFUSED = (
    Refused("persona_password_file", bool, "makes accounts that share a password"),
    Refused("development_inbox", bool, "shows everybody's codes to anybody"),
    Refused("sms_gateway_url", is_open, "must be https: telephones and codes travel to it"),
    Refused("wechat_base_url", is_open, "must be https: the secret of the app travels to it"),
    Refused("issuer_url", is_open, "must be https: passwords and tokens travel to it"),
    Refused("cors_origins", lambda origins: any(map(is_open_origin, origins)), "lets in pages of a developer's machine"),
    Refused("log_format", lambda value: value == "console", "is for a developer's eyes; nothing collects it"),
    Refused("database_url", holds_password, "holds a password: it belongs into DATABASE_PASSWORD_FILE"),
    Refused("nats_url", holds_password, "holds a password: users of NATS sign with NATS_NKEY_SEED_FILE"),
)


def is_open_origin(origin: str) -> bool:
    return not origin.startswith("https://")


def refuse_development(settings: Any) -> None:
    """Raises `ValueError`, which names the setting and never its value."""
    for setting, why in refusals(settings):
        raise ValueError(f"{setting.upper()} {why}: never in production")


def refusals(settings: Any) -> Iterator[tuple[str, str]]:
    for line in REFUSED:
        value = getattr(settings, line.setting, None)
        if value and line.is_wrong(value):
            yield line.setting, line.why
    for setting in type(settings).model_fields:
        value = getattr(settings, setting)
        if isinstance(value, Path) and value.resolve().is_relative_to(SOURCE):
            yield setting, "lies in the folder of the source code"


def refuse_known_key(thumbprint: str) -> None:
    """Raises `ValueError`. Not for production alone: whoever has read the book can sign for us."""
    if thumbprint in KNOWN_KEYS:
        raise ValueError(f"SIGNING_KEY_FILE holds the key of an example ({KNOWN_KEYS[thumbprint]}), which everybody has")
