"""L1 to L4 as a state machine on a real database: whatever is done in whatever order, the books add up, and every step
is allowed or refused exactly as a model in plain numbers says."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.resources.fund.ledger import actions as ledger
from services.resources.fund.ledger.models import UNRESTRICTED, LedgerTransfer, PurposeIn, ReversalIn
from services.resources.main import app
from shared.clock import local_day
from shared.http.problems import Problem
from shared.jobs import run_once
from shared.reach import EVERYWHERE
from shared.testing import running
from tests.resources.goods import get
from tests.resources.money import active_fund, cash, keep, must_add_up, put_in

PURPOSE = st.sampled_from(["medical", UNRESTRICTED])
FEN = st.integers(100, 300)
WHICH = st.integers(0, 30)


class Fund(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.running = running(app)
        self.service = self.loop.run_until_complete(self.running.__aenter__())
        self.now = datetime.now(UTC)
        self.service.state.clock = lambda: self.now
        self.fund = self.loop.run_until_complete(active_fund(self.service))
        self.cash: dict[str, int] = {}
        self.holds: list[tuple[LedgerTransfer, dict[str, int], datetime]] = []
        self.posted: list[tuple[LedgerTransfer, dict[str, int]]] = []

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.run_until_complete(self.running.__aexit__(None, None, None))
            self.loop.close()

    def free(self, restriction: str) -> int:
        held = sum(parts.get(restriction, 0) for _, parts, until in self.holds if until > self.now)
        return self.cash.get(restriction, 0) - held

    def attempt(self, step: Any, *arguments: Any, **more: Any) -> Any:
        """What came of it, or None when it was refused."""
        async def run() -> Any:
            async with self.service.state.database.transaction(EVERYWHERE) as tx:
                return await step(tx, *arguments, **more)
        self.now += timedelta(seconds=1)
        try:
            return self.loop.run_until_complete(run())
        except Problem:
            return None

    @rule(amount=FEN, restriction=PURPOSE)
    def give(self, amount: int, restriction: str) -> None:
        transfer = self.attempt(put_in, UUID(self.fund["id"]), amount, self.now, local_day(self.now), restriction)
        self.cash[restriction] = self.cash.get(restriction, 0) + amount
        self.posted.append((transfer, {restriction: amount}))

    @rule(amount=FEN, purpose=PURPOSE, hours=st.integers(1, 48))
    def hold(self, amount: int, purpose: str, hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        own = min(amount, self.free(purpose))
        expected = {purpose: own} | ({UNRESTRICTED: amount - own} if amount > own else {})
        covered = purpose != UNRESTRICTED and amount - own <= self.free(UNRESTRICTED) or amount == own
        hold = self.attempt(keep, UUID(self.fund["id"]), amount, purpose, self.now, until)
        assert (hold is not None) == covered
        if hold is not None:
            self.holds.append((hold, expected, until))

    @rule(which=WHICH, amount=st.one_of(st.none(), FEN))
    def pay(self, which: int, amount: int | None) -> None:
        if which >= len(self.holds):
            return
        hold, parts, until = self.holds[which]
        held = sum(parts.values())
        allowed = until > self.now + timedelta(seconds=1) and held > 0 and (amount is None or amount <= held)
        paid = self.attempt(ledger.post_hold, hold, amount, by="payer", now=self.now)
        assert (paid is not None) == allowed
        if paid is None:
            return
        left, taken = held if amount is None else amount, {}
        for restriction, part in parts.items():
            taken[restriction] = min(left, part)
            left -= taken[restriction]
            self.cash[restriction] -= taken[restriction]
        self.holds[which] = (hold, {}, until)
        self.posted.append((paid, {restriction: -part for restriction, part in taken.items()}))

    @rule(which=WHICH)
    def void(self, which: int) -> None:
        if which < len(self.holds):
            hold, parts, until = self.holds[which]
            voided = self.attempt(ledger.void_hold, hold, reason="withdrawn", by="keeper", now=self.now)
            assert (voided is not None) == (bool(parts) and until > self.now)
            if voided is not None:
                self.holds[which] = (hold, {}, until)

    @rule(which=WHICH)
    def reverse(self, which: int) -> None:
        if which >= len(self.posted):
            return
        transfer, parts = self.posted[which]
        covered = bool(parts) and all(part <= max(0, self.free(restriction)) for restriction, part in parts.items())
        body = ReversalIn(reason="entered_twice")
        reversal = self.attempt(ledger.reverse, transfer, body, by="keeper", now=self.now)
        assert (reversal is not None) == covered
        if reversal is not None:
            for restriction, part in parts.items():
                self.cash[restriction] -= part
            self.posted[which] = (transfer, {})

    @rule(amount=FEN, one=PURPOSE, other=PURPOSE)
    def change_purpose(self, amount: int, one: str, other: str) -> None:
        body = PurposeIn(amount=amount, from_restriction=one, to_restriction=other, consent="a letter")
        covered = amount <= self.free(one)
        changed = self.attempt(ledger.change_purpose, UUID(self.fund["id"]), body, by="keeper", now=self.now)
        assert (changed is not None) == covered
        if changed is not None:
            self.cash[one] -= amount
            self.cash[other] = self.cash.get(other, 0) + amount

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def sweep(self) -> None:
        job = run_once(ledger.sweeping, self.service.state.database, self.now, lambda: None)
        while self.loop.run_until_complete(job):
            job = run_once(ledger.sweeping, self.service.state.database, self.now, lambda: None)

    @invariant()
    def the_books_add_up(self) -> None:
        if not hasattr(self, "fund"):
            return
        self.loop.run_until_complete(must_add_up(self.service))
        seen = self.loop.run_until_complete(cash(self.service, self.fund))
        assert {name: both for name, both in seen.items() if any(both)} == {
            name: (fen, self.free(name)) for name, fen in self.cash.items() if fen}
        chain = self.loop.run_until_complete(get(self.service, f"/v1/funds/{self.fund['id']}/chain"))
        assert (chain["whole"], chain["balances_agree"]) == (True, True)


Fund.TestCase.settings = settings(
    max_examples=4, stateful_step_count=40, deadline=None, phases=(Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck))
TestFundLedger = Fund.TestCase
