"""AZ-8: whoever takes the checkpoints away is found, also when the service signs new ones over a chain made anew."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy import streams
from deploy.keys import Keys
from deploy.local.nats import Nats
from deploy.topology import OPERATOR
from deploy.verbs import audit
from deploy.verbs.audit import told_by_stream
from services.volunteer.main import app
from shared.clock import system_clock
from shared.privacy.audit.notary import AFTER_ENTRIES, AT_ONCE, COMMUNITY
from shared.testing import eventually, running
from tests.messaging.conftest import nats
from tests.privacy.logbook import SERVICE, Logbook

__all__ = ["nats"]
pytestmark = pytest.mark.anyio

AN_HOUR = timedelta(hours=1)
MINUTES = timedelta(minutes=7)


@pytest.fixture
async def logbook(tmp_path: Path) -> AsyncIterator[Logbook]:
    async with running(app) as service:
        yield Logbook(service, tmp_path)


@pytest.fixture
async def witnessed(nats: Nats, keys: Keys, tmp_path: Path) -> AsyncIterator[Logbook]:
    async with running(app, nats_url=nats.url, nats_seed=keys.seed(SERVICE)) as service:
        yield Logbook(service, tmp_path / "checkpoints", nats.url)


def change(seq: int, body: str) -> str:
    return body.replace("care", "cart") if seq == 2 else body


async def test_a_log_without_its_checkpoint_file_is_not_whole(logbook: Logbook) -> None:
    """Of a service that has only just begun to write there is none yet."""
    assert await logbook.found() == []
    await logbook.write(3)
    assert await logbook.found() == []
    await logbook.age(AN_HOUR)
    assert await logbook.found() == [("no_checkpoint", 3)]
    assert not (await logbook.verdict()).is_whole
    await logbook.checkpoint()
    assert await logbook.found() == []
    logbook.file.unlink()
    await logbook.rebuild(change)
    assert await logbook.found() == [("no_checkpoint", 3)]


async def test_the_command_ends_with_one_and_says_why(
    logbook: Logbook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "running_here", lambda *_: logbook.place)
    asked = (SERVICE, True, Path("."), None, None, None, None)
    await logbook.write(3)
    await asyncio.to_thread(audit.verify_logs, *asked)
    await logbook.age(AN_HOUR)
    with pytest.raises(SystemExit) as ended:
        await asyncio.to_thread(audit.verify_logs, *asked)
    assert ended.value.code == 1
    assert '"code": "no_checkpoint"' in capsys.readouterr().out


async def test_an_emptied_file_and_one_of_forged_lines_are_no_checkpoints_either(logbook: Logbook) -> None:
    await logbook.write(3)
    await logbook.age(AN_HOUR)
    await logbook.checkpoint()
    line = logbook.file.read_text()
    logbook.file.write_text("")
    assert await logbook.found() == [("no_checkpoint", 3)]
    logbook.file.write_text(line.replace('"count":3', '"count":4'))
    assert await logbook.found() == [("forged", 0), ("no_checkpoint", 3)]


async def test_entries_made_young_are_still_too_many_to_have_none(logbook: Logbook) -> None:
    await logbook.write(AFTER_ENTRIES + AT_ONCE + 500, each=500)
    assert await logbook.found() == [("no_checkpoint", AFTER_ENTRIES + AT_ONCE + 500)]


async def test_a_file_cut_short_leaves_entries_that_should_long_be_covered(logbook: Logbook) -> None:
    """What follows the last line that is left can be made anew, and no checkpoint contradicts it any more."""
    await logbook.write(3)
    await logbook.checkpoint()
    await logbook.write(1)
    await logbook.age(AN_HOUR, first=4)
    assert await logbook.found() == [], "the service was stopped in time"
    await logbook.write(1)
    assert await logbook.found() == [("uncovered", 4)]


async def told(witnessed: Logbook, new: int = 3) -> None:
    """A checkpoint is taken that the stream hears of."""
    await witnessed.write(new)
    before = len(await told_by_stream(witnessed.place, SERVICE))
    await witnessed.checkpoint(system_clock() + MINUTES)

    async def heard() -> int:
        return len(await told_by_stream(witnessed.place, SERVICE))

    witnessed.service.state.relay.wake()
    await eventually(heard, lambda now: now > before)


async def test_a_service_that_signs_over_a_chain_made_anew_is_contradicted_by_the_stream(witnessed: Logbook) -> None:
    """The file is taken away, the chain made anew, and the service, which knows no better, begins a new file."""
    await told(witnessed)
    witnessed.file.unlink()
    await witnessed.rebuild(change)
    assert await witnessed.found() == [("file_cut", 0), ("rebuilt", 1)]
    await witnessed.write(1)
    await told(witnessed)
    assert await witnessed.found() == [("file_cut", 0), ("rebuilt", 1)], "also behind a newer word of the stream"


async def test_another_hash_under_the_same_number_is_contradicted_too(witnessed: Logbook) -> None:
    await told(witnessed)
    witnessed.file.unlink()
    await witnessed.rebuild(change)
    await told(witnessed, new=0)
    assert await witnessed.found() == [("rebuilt", 1)]


async def test_a_word_of_the_stream_that_nobody_signed_is_found(witnessed: Logbook, keys: Keys) -> None:
    await told(witnessed)
    subject = f"{SERVICE}.audit.checkpointed.v1.{COMMUNITY}"
    operator = await streams.connect(str(witnessed.nats_url), OPERATOR, keys.seed(OPERATOR))
    true = await operator.jetstream().get_last_msg(SERVICE.upper(), subject)
    client = await streams.connect(str(witnessed.nats_url), SERVICE, keys.seed(SERVICE))
    await client.jetstream().publish(subject, (true.data or b"").replace(b'"seq":3', b'"seq":2'))
    await client.close()
    await operator.close()
    assert await witnessed.found() == [("witness_forged", 0)]
