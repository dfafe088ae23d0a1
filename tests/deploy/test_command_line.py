"""What the verbs understand and what they say, without anything running."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from rich.console import Console

from deploy.cli import MODULES
from deploy.migrate import access_to
from deploy.topology import APPLICATIONS
from deploy.verbs.doctor import findings
from deploy.verbs.events import line_of, subject_of
from deploy.verbs.lines import Lines, sentence
from deploy.verbs.moments import moment
from deploy.verbs.vitals import ProcessVitals
from deploy.words import Words

ENGLISH = {"LC_ALL": "C.UTF-8"}


def linli(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "deploy", *words], capture_output=True, text=True,
                          env=os.environ | ENGLISH | environment)


def test_help_names_every_verb_in_both_languages() -> None:
    shown = linli("--help", COLUMNS="200").stdout
    assert all(f" {verb} " in shown for verb in MODULES)
    assert "启动整个邻里" in shown and "Start everything" in shown


@pytest.mark.parametrize("words", [
    ("token", "--as", "operator"), ("doctor",), ("events",), ("replay", "volunteer", "--since", "1h"),
    ("dead-letters", "list"), ("dead-letters", "replay", "--all")])
def test_where_nothing_runs_a_verb_says_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = linli(*words, "--data", str(tmp_path))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "./linli up" in refused.stderr and "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [
    ("token",), ("replay", "weather", "--since", "1h"), ("replay", "volunteer"), ("replay", "volunteer", "--since", "soon"),
    ("events", "--type", "a.b.c.d.e"), ("dead-letters", "replay"), ("dead-letters", "replay", "--all", "x"),
    ("up", "--port", "70000"), ("fly",)])
def test_a_wrong_word_is_a_usage_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = linli(*words, LINLI_DATA=str(tmp_path))
    assert refused.returncode in (1, 2)
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(("text", "ago"), [
    ("90m", timedelta(minutes=90)), ("6h", timedelta(hours=6)), ("2d", timedelta(days=2))])
def test_a_moment_ago(text: str, ago: timedelta) -> None:
    assert abs(datetime.now(UTC) - ago - moment(text)) < timedelta(seconds=5)


@pytest.mark.parametrize(("text", "expected"), [
    ("2026-11-25T08:00+08:00", datetime(2026, 11, 25, tzinfo=UTC)),
    ("2026-11-25T00:00:00Z", datetime(2026, 11, 25, tzinfo=UTC)),
    ("2026-11-25", datetime(2026, 11, 25).astimezone(UTC)),
])
def test_a_moment_by_name(text: str, expected: datetime) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "6", "6w", "-6h", "2026-13-01", "0001-01-01T00:00+14:00", "h", "999999d"])
def test_no_moment(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        moment(text)


@pytest.mark.parametrize(("type", "community", "subject"), [
    ("", "*", "*.*.*.*.*"),
    ("volunteer", "yingui", "volunteer.*.*.*.yingui"),
    ("volunteer.hazard", "*", "volunteer.hazard.*.*.*"),
    ("volunteer.hazard.verified.v1", "dungen", "volunteer.hazard.verified.v1.dungen"),
])
def test_a_subscription_is_cut_by_type_and_community(type: str, community: str, subject: str) -> None:
    assert subject_of(type, community) == subject


def entry(event: str, **facts: object) -> str:
    return json.dumps({"service": "volunteer", "timestamp": "…", "level": "info", "trace_id": "t", "event": event, **facts})


@pytest.mark.parametrize(("line", "told"), [
    (entry("request", method="POST", route="/v1/hazards", status=201, ms=3.1, request_id="r"),
     ("POST /v1/hazards → 201 (3.1 ms)", "")),
    (entry("event.handled", type="a.b.c.v1", event_id="e"), ("heard a.b.c.v1", "")),
    (entry("event.dead", type="a.b.c.v1", error="KeyError", level="error"),
     ("cannot handle a.b.c.v1, now a dead letter: KeyError", "bold red")),
    (entry("request"), ("? ? → ? (? ms)", "")),
    (entry("service.started"), None),
    (entry("something.new", count=3), ("something.new count=3", "")),
    ("Traceback (most recent call last):", ("Traceback (most recent call last):", "")),
    ("", None), ("[1, 2]", ("[1, 2]", "")),
])
def test_an_applications_line_is_a_sentence(monkeypatch: pytest.MonkeyPatch, line: str, told: tuple[str, str] | None) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert sentence(line) == told


def shown(*lines: tuple[str, str]) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        teller = Lines(console)
        for name, line in lines:
            teller.show(name, line)
    return capture.get()


def test_of_a_server_only_what_matters_is_shown() -> None:
    assert shown(("postgres", "LOG:  checkpoint starting"), ("nats", "[1] [INF] Server is ready"),
                 ("gateway", '{"level":"warn"}')) == ""
    assert "PANIC" in shown(("postgres", "2026-11-25 UTC [1] PANIC:  could not write"))


def test_a_full_disk_is_told_once_a_minute() -> None:
    line = ("postgres", "ERROR:  could not extend file: No space left on device")
    assert shown(line, line, line).count("\n") == 1


@pytest.mark.parametrize(("locale", "said"), [("zh_CN.UTF-8", "好"), ("en_US.UTF-8", "good"), ("", "good"), ("C", "good")])
def test_the_locale_chooses_the_language(monkeypatch: pytest.MonkeyPatch, locale: str, said: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("LANG", locale)
    assert str(Words("好", "good")) == said


READY = {"ready": True, "outbox_oldest_seconds": 0.0, "dead_letters": 0}
WELL = [ProcessVitals("nats", 1, 20.0)], dict.fromkeys(APPLICATIONS, READY), [], True, 50.0, Path(".data")


@pytest.mark.parametrize(("changed", "found"), [
    ({}, []),
    ({0: [ProcessVitals("nats", None, 0)]}, ["nats is not running"]),
    ({1: dict.fromkeys(APPLICATIONS)}, [f"{name} does not answer" for name in APPLICATIONS]),
    ({1: {"volunteer": READY | {"ready": False}}}, ["volunteer is not ready"]),
    ({1: {"volunteer": READY | {"outbox_oldest_seconds": 31.0}}}, ["volunteer has had events unpublished"]),
    ({1: {"volunteer": READY | {"dead_letters": 2}}}, ["volunteer has 2 dead letters"]),
    ({1: {"volunteer": READY | {"issuers": {"https://a.org": True}},
          "mediation": READY | {"issuers": {"https://a.org": False, "https://b.org": True}}}},
     ["the keys of the issuer https://a.org are not known"]),
    ({2: None}, ["NATS cannot be reached"]),
    ({3: False}, ["NATS has frozen its store"]),
    ({3: None}, []),
    ({4: 0.4}, ["Only 0.4 GB of disk are left"]),
])
def test_the_doctor_finds(changed: dict[int, object], found: list[str]) -> None:
    patient = [changed.get(index, value) for index, value in enumerate(WELL)]
    told = [words.en for words in findings(*patient)]
    assert len(told) == len(found)
    assert all(line.startswith(start) for line, start in zip(told, found, strict=True))


def test_an_event_is_one_line_without_its_envelope() -> None:
    line = line_of({"type": "volunteer.hazard.verified.v1", "time": "2026-11-25T00:00:00Z", "community": "yingui",
                    "correlationid": "0190-loop", "data": {"severity": 3, "place_id": None}}).plain
    assert "volunteer.hazard.verified.v1" in line and "yingui" in line and "severity=3" in line and "None" not in line


def test_migrations_know_their_migrator_or_take_the_one_they_are_given() -> None:
    known = access_to("volunteer", {"SERVER_URL": "postgresql://postgres@db:5432/postgres", "SECRETS_DIR": "/secrets"})
    assert known == {
        "MIGRATOR_DATABASE_URL": "postgresql://linli_volunteer_migrator@db:5432/linli_volunteer",
        "MIGRATOR_PASSWORD_FILE": "/secrets/passwords/linli_volunteer_migrator",
    }
    assert access_to("volunteer", {"MIGRATOR_DATABASE_URL": "postgresql://somebody@elsewhere/db"}) == {}
