"""ID-7, OP-8: production refuses what belongs to development, and no secret is told by value."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from deploy.topology import PROJECT
from shared.identity.issuer.keys import file
from shared.identity.issuer.settings import IssuerSettings
from shared.production import KNOWN_KEYS, REFUSED, SOURCE, refusals
from shared.settings import EdgeSettings, Settings

WELL_KNOWN = [
    {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"},
    {"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
     "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"},
]
"""The examples of RFC 7515 A.3 and RFC 7517 A.2: in every JOSE library's tests, and in some people's production."""


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Any]:
    return {
        "service": "volunteer", "environment": "production", "database_url": "postgresql://app@db/linli", "nats_url": "nats://n",
        "field_keys_file": tmp_path / "field_keys", "issuer_url": "https://linli.example.org/identity",
        "jwks_url": "http://identity:8000/keys", "signing_key_file": tmp_path / "key",
        "cors_origins": "https://app.example.org",
    }


KINDS: list[type[EdgeSettings]] = [Settings, IssuerSettings]
WRONG: list[tuple[str, Any]] = [
    ("persona_password_file", Path("/run/secrets/persona_password")),
    ("issuer_url", "http://linli.example.org/identity"),
    ("cors_origins", "https://app.example.org http://localhost:3000"),
    ("log_format", "console"),
    ("development_inbox", True),
    ("sms_gateway_url", "http://sms.example/send"),
    ("wechat_base_url", "http://wechat.example"),
    ("database_url", "postgresql://app:hunter2@db/linli"),
    ("nats_url", "nats://app:hunter2@n"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_production_starts_with_what_belongs_there(kind: type[EdgeSettings], good: dict[str, Any]) -> None:
    assert kind(**good).is_production


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("setting", "value"), WRONG)
def test_production_refuses(kind: type[EdgeSettings], good: dict[str, Any], setting: str, value: Any) -> None:
    if setting not in kind.model_fields:
        pytest.skip("has no such setting")
    with pytest.raises(ValidationError, match=f"{setting.upper()} .*never in production") as refusal:
        kind(**good | {setting: value})
    assert "hunter2" not in str(refusal.value)
    assert kind(**good | {setting: value, "environment": "development"}).environment == "development"


def test_every_line_of_the_table_is_tried() -> None:
    assert {line.setting for line in REFUSED} == {setting for setting, _ in WRONG}
    assert all(any(line.setting in kind.model_fields for kind in KINDS) for line in REFUSED)


@pytest.mark.parametrize("kind", KINDS)
def test_production_takes_no_key_that_lies_beside_the_code(kind: type[EdgeSettings], good: dict[str, Any]) -> None:
    for setting, field in kind.model_fields.items():
        if "Path" in str(field.annotation):
            inside = kind.model_construct(**good | {setting: SOURCE / ".data" / "secrets" / setting})
            assert setting in dict(refusals(inside))


@pytest.mark.parametrize("key", WELL_KNOWN)
def test_nobody_signs_with_a_key_out_of_a_book(key: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text(json.dumps(key))
    with pytest.raises(ValueError, match="everybody has") as refusal:
        file.load(tmp_path / "key.json", may_create=False)
    assert key["d"] not in str(refusal.value)
    assert ECKey.import_key(key).thumbprint() in KNOWN_KEYS


SECRET_LIKE = re.compile(r"password|secret|token|key|credential|seed|pepper|salt|private", re.IGNORECASE)
NO_SECRETS = {"token_url", "token_audience"}
"""Where tokens come from, and for whom they are: addresses and names."""


def kinds_of_settings(kind: type = BaseSettings) -> list[type[BaseSettings]]:
    return [one for below in kind.__subclasses__() for one in (below, *kinds_of_settings(below))
            if one.__module__.startswith(("shared.", "services.", "deploy."))]


def test_a_secret_is_told_as_the_place_of_a_file() -> None:
    """OP-8: neither an environment variable, nor `ps`, nor an error message shows what was never in them."""
    kinds = kinds_of_settings()
    assert {Settings, IssuerSettings} <= set(kinds)
    by_value = [
        f"{kind.__name__}.{name}" for kind in kinds for name, field in kind.model_fields.items()
        if SECRET_LIKE.search(name) and name not in NO_SECRETS
        and not re.fullmatch(r"(<class ')?pathlib\.Path('>)?( \| None)?|typing\.Optional\[pathlib\.Path\]", str(field.annotation))
    ]
    assert by_value == []
    assert all(kind.model_config.get("hide_input_in_errors") for kind in kinds)


PRIVATE = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{20}|\bSU[AOCN][A-Z2-7]{54,}\b|\"d\":\s*\"[A-Za-z0-9_-]{40,}\""
    rb"|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}")


def test_no_private_key_is_in_the_repository() -> None:
    """Except those of the book, above, which nothing takes."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    held = [name for name in listed.decode().split("\0") if name and PRIVATE.search((PROJECT / name).read_bytes())]
    assert [name for name in held if not name.endswith("test_id_7_production.py")] == []
