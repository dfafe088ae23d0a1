"""Walks a whole chain against its checkpoints and says the first entry that is not what it was."""

from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from joserfc.jwk import ECKey

from shared.http.problems import Words
from shared.privacy.audit.checkpoints import Checkpoint
from shared.privacy.audit.walk import COLUMNS, Walk

SELECT = f"select {COLUMNS} from audit_entry order by seq"
BATCH = 5000

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
    "checkpoint_missing": Words("第 {until} 条的检查点之前少了一个检查点",
                                "before the checkpoint of entry {until} one was taken out"),
}


@dataclass(frozen=True)
class Finding:
    """`seq`: the first entry that is wrong, 0 where it is the checkpoint itself. `until`: how far a checkpoint reaches."""

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


async def verify(
    service: str, entries: AsyncIterable[Mapping[str, Any]], taken: Sequence[Checkpoint], keys: Sequence[ECKey],
    witness: Checkpoint | None = None,
) -> Verdict:
    """`entries` by `seq`, read after the checkpoints were, so that none of these knows more. `witness`: the last
    checkpoint that the stream of events holds, which tells whether the file was cut, too."""
    verdict = Verdict(service, checkpoints=len(taken))
    true = {point.seq: point for point in trusted(service, taken, keys, verdict)}
    if witness is not None and witness.is_signed_by(keys) and witness.seq not in true:
        verdict.findings.append(Finding("file_cut", until=witness.seq))
        true[witness.seq] = witness
    walk, since = Walk(), 1
    async for entry in entries:
        verdict.entries += 1
        if wrong := walk.step(entry):
            verdict.findings.append(Finding(wrong, walk.seq + 1))
            return verdict
        if (point := true.get(walk.seq)) is not None:
            if point.hash != walk.hash.hex():
                verdict.findings.append(Finding("rebuilt", since, walk.seq))
                return verdict
            verdict.covered, since = walk.seq, walk.seq + 1
    furthest = max(true, default=0)
    if furthest > walk.seq:
        verdict.findings.append(Finding("cut", walk.seq + 1, furthest))
    return verdict


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
