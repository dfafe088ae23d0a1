"""AZ-8: whoever holds the database may change, remove, swap, cut off or rebuild: verification says where."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from services.volunteer.main import app
from shared.clock import system_clock
from shared.privacy.audit import checkpoints
from shared.privacy.audit.verify import verify
from shared.testing import running
from tests.privacy.logbook import SERVICE, Logbook

pytestmark = pytest.mark.anyio

ENTRIES = 30
SWAP = """
    with two as (select * from audit_entry where seq in (11, 12))
    update audit_entry set {columns} from two where audit_entry.seq = 23 - two.seq
"""
EVERY_COLUMN = "at = two.at, body = two.body, prev_hash = two.prev_hash, hash = two.hash"


@pytest.fixture
async def logbook(tmp_path: Path) -> AsyncIterator[Logbook]:
    """Thirty entries, a checkpoint, and ten more."""
    async with running(app) as service:
        book = Logbook(service, tmp_path)
        await book.write(ENTRIES)
        await book.checkpoint()
        await book.write(10)
        yield book


async def test_an_untouched_log_is_whole(logbook: Logbook) -> None:
    verdict = await logbook.verdict()
    assert verdict.is_whole
    assert (verdict.entries, verdict.checkpoints, verdict.covered) == (ENTRIES + 10, 1, ENTRIES)


async def test_checkpoints_may_lie_in_a_folder_for_each_service(logbook: Logbook) -> None:
    """As docker-compose has them: each in a volume of its own, put side by side for whoever verifies."""
    own = logbook.folder / SERVICE
    own.mkdir()
    checkpoints.file_of(logbook.folder, SERVICE).rename(checkpoints.file_of(own, SERVICE))
    verdict = await logbook.verdict()
    assert verdict.is_whole and verdict.covered == ENTRIES


@pytest.mark.parametrize(("statements", "finding"), [
    (["update audit_entry set body = replace(body, 'care', 'cart') where seq = 7"], ("changed", 7)),
    (["update audit_entry set purpose = 'cart' where seq = 7"], ("changed", 7)),
    (["update audit_entry set actor = 'somebody' where seq = 38"], ("changed", 38)),
    (["update audit_entry set at = at - interval '1 microsecond' where seq = 7"], ("changed", 7)),
    (["update audit_entry set hash = set_byte(hash, 31, get_byte(hash, 31) # 1) where seq = 7"], ("changed", 7)),
    (["update audit_entry set prev_hash = set_byte(prev_hash, 0, get_byte(prev_hash, 0) # 1) where seq = 7"],
     ("unlinked", 7)),
    (["delete from audit_entry where seq = 9"], ("missing", 9)),
    (["delete from audit_entry where seq = 1"], ("missing", 1)),
    (["delete from audit_entry where seq = 9", "update audit_entry set seq = seq - 1000 where seq > 9",
      "update audit_entry set seq = seq + 999 where seq < 0"], ("unlinked", 9)),
    ([SWAP.format(columns=EVERY_COLUMN)], ("unlinked", 11)),
    ([SWAP.format(columns="at = two.at, body = two.body")], ("changed", 11)),
    (["delete from audit_entry where seq > 25"], ("cut", 26)),
    (["delete from audit_entry"], ("cut", 1)),
], ids=["a byte", "a column", "a column after the checkpoint", "its time", "its hash", "its link", "a row", "the first row",
        "a row, and the rest moved up", "two rows swapped", "what two rows say swapped", "the tail cut off", "all of it"])
async def test_what_was_changed_is_found(logbook: Logbook, statements: list[str], finding: tuple[str, int]) -> None:
    await logbook.tamper(*statements)
    assert await logbook.found() == [finding]


async def test_a_chain_made_anew_does_not_fit_its_checkpoint(logbook: Logbook) -> None:
    await logbook.rebuild(lambda seq, body: body.replace("care", "cart") if seq == 5 else body)
    assert await logbook.found() == [("rebuilt", 1)]


async def test_between_two_checkpoints_a_chain_made_anew_is_found_there(logbook: Logbook) -> None:
    await logbook.checkpoint(system_clock() + timedelta(minutes=6))
    await logbook.rebuild(lambda seq, body: body.replace("care", "cart") if seq == 35 else body)
    assert await logbook.found() == [("rebuilt", ENTRIES + 1)]


async def test_a_checkpoint_by_somebody_else_is_forged(logbook: Logbook) -> None:
    """Made anew, with a checkpoint to fit, but without the service's key."""
    await logbook.rebuild(lambda seq, body: body.replace("care", "cart"))
    [true] = checkpoints.every(logbook.file)
    entries = await logbook.service.entered()
    forged = replace(true, hash=entries[ENTRIES - 1].hash.hex()).signed(ECKey.generate_key("P-256"))
    logbook.file.write_text(json.dumps(forged.__dict__) + "\n")
    assert await logbook.found() == [("forged", 0)]


async def test_a_signature_holds_for_what_it_signed_alone(logbook: Logbook) -> None:
    [true] = checkpoints.every(logbook.file)
    for changed in (replace(true, seq=29, count=29), replace(true, hash="0" * 64), replace(true, previous=1),
                    replace(true, service="mediation"), replace(true, proof="A" * 86), replace(true, proof="?")):
        logbook.file.write_text(json.dumps(changed.__dict__) + "\n")
        assert await logbook.found() == [("forged", 0)], changed
    other = ECKey.generate_key("P-256")
    assert true.is_signed_by([other, logbook.signing_key]) and not true.is_signed_by([other])


async def test_a_checkpoint_that_was_taken_out_is_missed(logbook: Logbook) -> None:
    now = system_clock()
    for minutes in (6, 12):
        await logbook.checkpoint(now + timedelta(minutes=minutes))
        await logbook.write(1)
    lines = logbook.file.read_text().splitlines(keepends=True)
    assert len(lines) == 3 and await logbook.found() == []
    logbook.file.write_text(lines[0] + lines[2])
    assert await logbook.found() == [("checkpoint_missing", 0)]


async def test_a_file_that_was_cut_with_the_chain_is_known_by_the_stream(logbook: Logbook) -> None:
    """Both the tail and the checkpoint that knows of it are gone; the event that told of it is not."""
    [known] = checkpoints.every(logbook.file)
    logbook.file.write_text("")
    await logbook.tamper("delete from audit_entry where seq > 25")
    assert await logbook.found() == []
    entries = [row.model_dump() for row in await logbook.service.entered()]
    verdict = await verify(SERVICE, one_by_one(entries), [], [logbook.signing_key], [known])
    assert [(finding.code, finding.seq) for finding in verdict.findings] == [("file_cut", 0), ("cut", 26)]
    unsigned = [replace(known, seq=20), replace(known, proof=""), replace(known, service="mediation")]
    for word in unsigned:
        verdict = await verify(SERVICE, one_by_one(entries), [], [logbook.signing_key], [word])
        assert [finding.code for finding in verdict.findings] == ["witness_forged"], "anybody's word is nobody's"


async def one_by_one(entries: list[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    for entry in entries:
        yield entry


async def test_a_line_that_a_full_disk_cut_off_is_no_attack(logbook: Logbook) -> None:
    with logbook.file.open("a") as lines:
        lines.write('{"service": "volunteer", "seq": 4')
    await logbook.checkpoint(system_clock() + timedelta(minutes=6))
    verdict = await logbook.verdict()
    assert (verdict.is_whole, verdict.checkpoints, verdict.covered) == (True, 2, ENTRIES + 10)


async def test_no_checkpoint_is_taken_of_a_broken_chain(logbook: Logbook) -> None:
    """So that a change between two checkpoints is not signed by the next one."""
    await logbook.tamper("update audit_entry set body = replace(body, 'care', 'cart') where seq = 35")
    await logbook.checkpoint(system_clock() + timedelta(minutes=6))
    assert len(checkpoints.every(logbook.file)) == 1
    assert (await logbook.verdict()).document()["findings"][0]["zh"] == "第 35 条记录被改动"


async def test_a_checkpoint_is_taken_after_five_minutes_or_a_thousand_entries(logbook: Logbook) -> None:
    await logbook.checkpoint()
    assert [point.seq for point in checkpoints.every(logbook.file)] == [ENTRIES], "ten more, a moment later"
    await logbook.write(1000, each=500)
    await logbook.checkpoint()
    await logbook.checkpoint(system_clock() + timedelta(minutes=6))
    assert [point.seq for point in checkpoints.every(logbook.file)] == [ENTRIES, 1040], "nothing new, no checkpoint"
    await logbook.write(1)
    await logbook.checkpoint(system_clock() + timedelta(minutes=6))
    taken = checkpoints.every(logbook.file)
    assert [(point.seq, point.previous, point.count) for point in taken] == [(30, 0, 30), (1040, 30, 1040), (1041, 1040, 1041)]
    said = await logbook.service.said(f"{SERVICE}.audit.checkpointed.v1")
    assert [(row.data["seq"], row.data["hash"], row.data["proof"]) for row in said] == [
        (point.seq, point.hash, point.proof) for point in taken]
