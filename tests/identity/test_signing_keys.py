"""The key file: made once, read in every form, published without its private part."""

import json
import stat
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, KeySet, OctKey

from shared.clock import system_clock
from shared.identity.issuer.keys.ring import KeyRing

def load(path: Path, *, may_create: bool) -> KeyRing:
    return KeyRing(path, system_clock, may_create=may_create)


KEY, NEXT = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")


def test_a_missing_key_is_made_for_development_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "signing_key.json"
    made = load(path, may_create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["signing_key.json"]
    assert load(path, may_create=True).signing.kid == made.signing.kid


def test_production_does_not_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "signing_key.json", may_create=False)


WRITTEN_AS = {
    "JWK": json.dumps(KEY.as_dict(private=True)),
    "JWK with a name of its own": json.dumps(KEY.as_dict(private=True) | {"kid": "mine", "use": "sig", "alg": "ES256"}),
    "JWK set": json.dumps({"keys": [KEY.as_dict(private=True)]}),
    "PEM": KEY.as_pem(private=True).decode(),
}


@pytest.mark.parametrize("text", WRITTEN_AS.values(), ids=WRITTEN_AS.keys())
def test_every_form_gives_the_same_key_under_its_thumbprint(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    keys = load(path, may_create=True)
    assert keys.signing.kid == KEY.thumbprint()
    assert keys.published.as_dict() == {"keys": [
        KEY.as_dict(private=False) | {"kid": KEY.thumbprint(), "use": "sig", "alg": "ES256"}]}


def test_of_several_the_first_signs_and_all_are_published_without_their_private_part(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [NEXT.as_dict(private=True), KEY.as_dict(private=True)]}))
    keys = load(path, may_create=False)
    assert keys.signing.kid == NEXT.thumbprint()
    assert [key.kid for key in keys.published] == [NEXT.thumbprint(), KEY.thumbprint()]
    assert not any("d" in key for key in keys.published.as_dict()["keys"])
    assert not any(key.is_private for key in keys.published)


UNUSABLE = {
    "nothing": "",
    "words": "hello",
    "half a JWK": json.dumps(KEY.as_dict(private=True))[:-9],
    "an empty object": "{}",
    "an empty set": '{"keys": []}',
    "a set of words": '{"keys": ["a"]}',
    "a public key": json.dumps(KEY.as_dict(private=False)),
    "a public PEM": KEY.as_pem(private=False).decode(),
    "a public key first": json.dumps({"keys": [KEY.as_dict(private=False), NEXT.as_dict(private=True)]}),
    "another curve": json.dumps(ECKey.generate_key("P-384").as_dict(private=True)),
    "a secret": json.dumps(OctKey.generate_key(256).as_dict(private=True)),
}


@pytest.mark.parametrize("text", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_anything_else_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(ValueError, match="SIGNING_KEY_FILE") as refusal:
        load(path, may_create=True)
    assert refusal.value.__cause__ is None
    assert KEY.as_dict(private=True)["d"] not in str(refusal.value)


def test_published_keys_are_those_of_a_key_set(tmp_path: Path) -> None:
    published = load(tmp_path / "key", may_create=True).published
    assert isinstance(published, KeySet)
