"""docker-compose.yml says what deploy/README.md promises. It is read here; what runs it is an engine."""

import re

import pytest
from compose_file import COMPOSE, OFFICIAL, OURS, SERVICES, environment_of, read, waits_for
from pydantic import ValidationError

from deploy.keys import Keys
from deploy.local.application import environment_of as environment_embedded
from deploy.local.application import make_applications
from deploy.local.folder import DataFolder
from deploy.local.postgres import SETTINGS
from deploy.serve import SECONDS_TO_FINISH_REQUESTS
from deploy.topology import APPLICATIONS, ISSUER, PROJECT
from deploy.topology import SERVICES as THE_FOUR
from shared.identity.issuer.settings import IssuerSettings
from shared.settings import Settings

JOBS = ("keys", "databases", "migrate", "streams")
DONE, HEALTHY = "service_completed_successfully", "service_healthy"


def test_everything_of_the_topology_is_there() -> None:
    assert set(SERVICES) == {*APPLICATIONS, *JOBS, *OFFICIAL, "demo", "audit", "seal"}
    for name in APPLICATIONS:
        assert SERVICES[name]["command"] == ["deploy.serve", name]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_hardened_and_limited(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "gateway" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), "a number that is not root's"
    assert service["cpus"] and service["mem_limit"] and service["pids_limit"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert not service.keys() & {"privileged", "pid", "ipc", "devices", "extra_hosts", "volumes_from"}


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    repository, _, tag = SERVICES[name]["image"].partition(":")
    assert re.match(r"\d", tag), f"{repository} has no version"
    assert (repository == "linli") is (name in OURS)


def test_the_image_is_made_of_a_pinned_one_and_of_locked_packages() -> None:
    dockerfile = (PROJECT / "deploy" / "Dockerfile").read_text()
    assert "ARG PYTHON_IMAGE=python:3.13-slim-bookworm\n" in dockerfile
    assert dockerfile.count("--require-hashes") == 2 and "--require-build-hashes" in dockerfile
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)


def test_only_the_gateway_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["gateway"]
    assert SERVICES["gateway"]["ports"] == ["127.0.0.1:8080:8080"]
    assert COMPOSE["networks"]["core"] == {"internal": True}
    networks = {name: service.get("networks") for name, service in SERVICES.items() if name not in ("gateway", "keys")}
    assert set(map(tuple, networks.values())) == {("core",)}
    assert SERVICES["keys"]["network_mode"] == "none"


def test_nats_is_opened_to_this_server_alone() -> None:
    opened = read("docker-compose.nats.yml")["services"]
    assert opened.keys() == {"nats"} and opened["nats"]["ports"] == ["127.0.0.1:4222:4222"]


def test_each_waits_for_what_it_needs() -> None:
    assert waits_for("postgres") == waits_for("nats") == {"keys": DONE}
    assert waits_for("databases") == {"postgres": HEALTHY}
    assert waits_for("streams") == {"nats": HEALTHY}
    assert waits_for("migrate") == {"databases": DONE}
    for name in APPLICATIONS:
        assert waits_for(name) == {"migrate": DONE, "streams": DONE}
    assert waits_for("gateway") == dict.fromkeys(APPLICATIONS, HEALTHY)


@pytest.mark.parametrize("name", SERVICES)
def test_what_stays_is_revived_and_jobs_end(name: str) -> None:
    stays = name in (*APPLICATIONS, *OFFICIAL)
    assert SERVICES[name]["restart"] == ("unless-stopped" if stays else "no")
    assert ("healthcheck" in SERVICES[name]) is stays
    if stays:
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > SECONDS_TO_FINISH_REQUESTS


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications_are_asked_whether_they_are_ready(name: str) -> None:
    assert "/readyz" in SERVICES[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications_are_told_what_the_embedded_run_tells_them(name: str, tmp_path) -> None:
    folder = DataFolder(tmp_path)
    applications = make_applications(folder)
    embedded = environment_embedded(
        applications[name], applications, Keys(folder.secrets), "postgresql://postgres@h:1/postgres", "nats://h:1", "http://h")
    assert environment_of(name).keys() >= embedded.keys()


@pytest.mark.parametrize("environment", ["development", "production"])
def test_settings_are_complete(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in THE_FOUR:
        use(monkeypatch, environment_of(name, ENVIRONMENT=environment))
        settings = Settings()
        assert (settings.service, settings.environment) == (name, environment)
        assert settings.database_url == f"postgresql://linli_{name}_app@postgres:5432/linli_{name}"
    use(monkeypatch, environment_of(ISSUER, ENVIRONMENT=environment))
    issuer = IssuerSettings()
    assert issuer.issuer_url == settings.issuer_url
    assert (issuer.persona_password_file is None) is (environment == "production")


@pytest.mark.parametrize("name", THE_FOUR)
def test_other_issuers_are_handed_on_where_they_are_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, environment_of(name))
    assert Settings().trusted_issuers_file is None  # the variable is there, and empty
    asked = {"TRUSTED_ISSUERS_FILE": "./ours.toml"}
    use(monkeypatch, environment_of(name, **asked))
    mounted = SERVICES[name]["configs"]
    assert mounted == [{"source": "trusted-issuers", "target": str(Settings().trusted_issuers_file)}]
    assert read("docker-compose.yml", **asked)["configs"]["trusted-issuers"] == {"file": "./ours.toml"}
    assert (PROJECT / COMPOSE["configs"]["trusted-issuers"]["file"]).exists()


@pytest.mark.parametrize("name", APPLICATIONS)
def test_nobody_writes_into_anothers_checkpoints(name: str) -> None:
    writers = [other for other, service in SERVICES.items()
               for volume in service.get("volumes", []) if volume.startswith(f"{name}-audit:") and not volume.endswith(":ro")]
    assert writers == ["keys", name]
    assert f"{name}-audit:{environment_of(name)['AUDIT_CHECKPOINTS_DIR']}" in SERVICES[name]["volumes"]


def test_the_logs_are_verified_against_the_checkpoints_of_each() -> None:
    command = SERVICES["audit"]["command"]
    folder = command[command.index("--checkpoints") + 1]
    mounted = {volume for volume in SERVICES["audit"]["volumes"] if "-audit:" in volume}
    assert mounted == {f"{name}-audit:{folder}/{name}:ro" for name in APPLICATIONS}
    assert {volume for volume in COMPOSE["volumes"] if volume.endswith("audit")} == {f"{name}-audit" for name in APPLICATIONS}
    in_image = (PROJECT / "deploy" / "Dockerfile").read_text()
    assert all(f"{folder}/{name}" in in_image for name in APPLICATIONS)  # which gives them their owner


def test_production_refuses_the_personas_of_development(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, environment_of(ISSUER) | {"ENVIRONMENT": "production"})
    with pytest.raises(ValidationError, match="never in production"):
        IssuerSettings()


def test_the_database_keeps_rows_out_of_its_log_and_checks_its_pages() -> None:
    told = {word.removeprefix("-c") for word in SERVICES["postgres"]["command"][1:]}
    for setting in ("log_error_verbosity", "log_min_error_statement", "timezone"):
        assert f"{setting}={SETTINGS[setting]}" in told
    assert "--data-checksums" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


def use(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name in [field.upper() for field in {**Settings.model_fields, **IssuerSettings.model_fields}]:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
