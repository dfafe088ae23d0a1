"""Every container of docker-compose finds the secrets it is told of, and no other's."""

import json
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from compose_file import COMPOSE, SERVICES, environment_of

from deploy.hand_out import hand_out, shares_of
from deploy.keys import Keys
from deploy.topology import APPLICATIONS, PROJECT


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Path:
    shares = tmp_path_factory.mktemp("shares")
    for reader in shares_of(keys):
        (shares / reader).mkdir(mode=0o700)
    subprocess.run([sys.executable, "-m", "deploy.hand_out", keys.folder, shares], check=True, cwd=PROJECT)
    return shares


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_files_that_an_application_is_told_of_are_there(name: str, handed: Path) -> None:
    told = {value.removeprefix("/run/secrets/") for value in environment_of(name).values() if value.startswith("/run/secrets")}
    assert told and all((handed / name / path).exists() for path in told)


@pytest.mark.parametrize("name", ["postgres", "nats", "demo", *APPLICATIONS])
def test_a_container_mounts_its_own_share_alone(name: str) -> None:
    mounted = [volume for volume in SERVICES[name]["volumes"] if "secrets" in volume]
    assert mounted == [f"{name}-secrets:/run/secrets:ro"]


def test_each_share_has_a_volume_a_folder_in_the_image_and_a_reader(keys: Keys) -> None:
    shares = set(shares_of(keys))
    filled = {volume.rpartition("/")[2] for volume in SERVICES["keys"]["volumes"] if ":/shares/" in volume}
    in_image = set(re.findall(r"/shares/(\w+)", (PROJECT / "deploy" / "Dockerfile").read_text()))
    volumes = {name.removesuffix("-secrets") for name in COMPOSE["volumes"] if name.endswith("-secrets")}
    assert shares == filled == in_image == volumes


def test_no_service_holds_what_is_another_ones(handed: Path, keys: Keys) -> None:
    assert files_in(handed / "volunteer") == {
        "database_password", "nats.seed", "credential", "service_key.json", "audit_key.json", "field_keys.json"}
    assert (handed / "volunteer" / "credential").read_text() == keys.credential("volunteer").read_text()
    private = [path.read_text() for path in (handed / "identity").rglob("*") if path.is_file() and path.name != "nats.seed"]
    assert keys.seed("volunteer").read_text() not in private
    assert keys.credential("volunteer").read_text() not in private
    told = json.loads((handed / "identity" / "service_keys" / "volunteer.json").read_text())
    assert told == {name: value for name, value in json.loads(keys.service_key("volunteer").read_text()).items() if name != "d"}


def test_any_user_may_read_what_its_container_sees(handed: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in handed.rglob("*") if path.is_file()} == {0o444}


def test_a_secret_that_was_replaced_reaches_its_reader(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "share"
    folder.mkdir()
    for secret in ("old", "new"):
        source.write_text(secret)
        hand_out({"credential": source}, folder)
    assert (folder / "credential").read_text() == "new"
    assert files_in(folder) == {"credential"}


def test_wheels_that_the_image_leaves_out_are_asked_for_by_name() -> None:
    lines = (PROJECT / "deploy" / "server-wheels.txt").read_text().splitlines()
    left_out = {line for line in lines if line and not line.startswith("#")}
    asked = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert left_out and left_out <= {requirement.partition("==")[0] for requirement in asked}
