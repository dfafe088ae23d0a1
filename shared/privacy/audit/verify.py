"""Walks a whole chain against its checkpoints and says the first entry that is not what it was."""

from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey

from shared.clock import system_clock
from shared.http.problems import Words
from shared.privacy.audit.checkpoints import Checkpoint
from shared.privacy.audit.notary import AFTER, AFTER_ENTRIES, AT_ONCE
from shared.privacy.audit.walk import COLUMNS, Walk

SELECT = f"select {COLUMNS} from audit_entry order by seq"
BATCH = 5000
COVERED_WITHIN = AFTER + timedelta(minutes=1)
"""Within five minutes of an entry a checkpoint is taken; the looks of the notary are some seconds apart."""

WORDS = {
    "missing": Words("缺少第 {seq} 条记录", "entry {seq} is missing"),
    "unlinked": Words("第 {seq} 条记录与前一条接不上（被调换、插入或改动）",
                      "entry {seq} does not follow from the one before: swapped, inserted or changed"),
    "changed": Words("第 {seq} 条记录被改动", "entry {seq} was changed"),
    "cut": Words("尾部被截断：检查点签到第 {until} 条，现在从第 {seq} 条起没有了",
                 "the tail was cut: a checkpoint knows entry {until}, and from entry {seq} on nothing is there"),
    "rebuilt": Words("第 {seq} 条到第 {until} 条之间被重新生成：与已签名的检查点不符",
                     "the chain was made anew somewhere from entry {seq} to {until}: a signed checkpoint knew another"),
    "forged": Words("第 {until} 条的检查点签名无效", "the checkpoint of entry {until} is not signed by this service"),
    "file_cut": Words("检查点文件里没有第 {until} 条的检查点，而事件流里有",
                      "the file does not know the checkpoint of entry {until}, which the stream of events does"),
    "no_checkpoint": Words("有 {seq} 条记录，却没有任何有效的检查点：检查点文件丢失或被删除",
                           "there are {seq} entries and no checkpoint that holds: the file is lost, or was taken away"),
    "uncovered": Words("第 {seq} 条记录早该有检查点：检查点文件可能被截短",
                       "entry {seq} should long be under a checkpoint: the file may have been cut"),
    "witness_forged": Words("事件流里第 {until} 条的检查点签名无效",
                            "the stream of events has a checkpoint of entry {until} that this service did not sign"),
    "checkpoint_missing": Words("第 {until} 条的检查点之前少了一个检查点",
                                "before the checkpoint of entry {until} one was taken out"),
}


@dataclass(frozen=True)
class Finding:
    """`seq`: the first entry that is wrong, 0 where it is the checkpoint itself. `until`: how far a checkpoint reaches.

    With `no_checkpoint` it is nothing less than all of them: `seq` is how many there are.
    """

    code: str
    seq: int = 0
    until: int = 0

    @property
    def words(self) -> Words:
        return Words(*(words.format(seq=self.seq, until=self.until) for words in WORDS[self.code]))


@dataclass
class Verdict:
    service: str
    entries: int = 0
    checkpoints: int = 0
    covered: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def document(self) -> dict[str, Any]:
        found = [asdict(finding) | finding.words._asdict() for finding in self.findings]
        return asdict(self) | {"whole": self.is_whole, "findings": found}


@dataclass
class Coverage:
    """What is not under a checkpoint: from when the first of it is, and from when the last entry of all."""

    waits_since: datetime | None = None
    newest: datetime | None = None

    def step(self, at: datetime, is_covered: bool) -> None:
        self.newest = at
        self.waits_since = None if is_covered else self.waits_since or at

    def lacks(self, now: datetime) -> bool:
        return self.waits_since is not None and self.waits_since < now - COVERED_WITHIN


async def verify(
    service: str, entries: AsyncIterable[Mapping[str, Any]], taken: Sequence[Checkpoint], keys: Sequence[ECKey],
    witnesses: Sequence[Checkpoint] = (), now: datetime | None = None,
) -> Verdict:
    """`entries` by `seq`, read after the checkpoints were, so that none of these knows more. `witnesses`: the
    checkpoints that the stream of events holds, which tell whether the file was cut, or taken away and begun anew."""
    verdict = Verdict(service, checkpoints=len(taken))
    true = {point.seq: point for point in trusted(service, taken, keys, verdict)}
    hear(witnesses, true, keys, verdict)
    walk, since, coverage = Walk(), 1, Coverage()
    async for entry in entries:
        verdict.entries += 1
        if wrong := walk.step(entry):
            verdict.findings.append(Finding(wrong, walk.seq + 1))
            return verdict
        point = true.get(walk.seq)
        coverage.step(entry["at"], point is not None)
        if point is not None:
            if point.hash != walk.hash.hex():
                verdict.findings.append(Finding("rebuilt", since, walk.seq))
                return verdict
            verdict.covered, since = walk.seq, walk.seq + 1
    furthest = max(true, default=0)
    if furthest > walk.seq:
        verdict.findings.append(Finding("cut", walk.seq + 1, furthest))
    elif missing := uncovered(verdict, coverage, now or system_clock()):
        verdict.findings.append(missing)
    return verdict


def hear(
    witnesses: Sequence[Checkpoint], true: dict[int, Checkpoint], keys: Sequence[ECKey], verdict: Verdict,
) -> None:
    """The stream's word goes before the file's, and its first word of an entry before a later one: nothing in it can be
    changed or taken back. Unsigned it is nobody's."""
    signed = [witness for witness in witnesses if witness.service == verdict.service and witness.is_signed_by(keys)]
    verdict.findings += [Finding("witness_forged", until=witness.seq) for witness in witnesses if witness not in signed]
    if unknown := [witness.seq for witness in signed if witness.seq not in true]:
        verdict.findings.append(Finding("file_cut", until=max(unknown)))
    true.update({witness.seq: witness for witness in reversed(signed)})


def uncovered(verdict: Verdict, coverage: Coverage, now: datetime) -> Finding | None:
    """Entries that the notary would long have signed for. Of a service that was stopped in time none is missed, but
    with no checkpoint at all there never was one: the first is taken of the first entry, at once."""
    if verdict.covered == 0:
        lacks = coverage.lacks(now) or verdict.entries > AFTER_ENTRIES + AT_ONCE
        return Finding("no_checkpoint", verdict.entries) if lacks else None
    lacks = coverage.newest is not None and coverage.lacks(coverage.newest)
    return Finding("uncovered", verdict.covered + 1) if lacks else None


def trusted(
    service: str, taken: Sequence[Checkpoint], keys: Sequence[ECKey], verdict: Verdict,
) -> Sequence[Checkpoint]:
    """Those that the service signed, in their order; what is wrong with the others goes to the verdict."""
    before, good = 0, []
    for point in taken:
        if point.service != service or point.count != point.seq or not point.is_signed_by(keys):
            verdict.findings.append(Finding("forged", until=point.seq))
            continue
        if point.previous != before:
            verdict.findings.append(Finding("checkpoint_missing", until=point.seq))
        before = point.seq
        good.append(point)
    return good
