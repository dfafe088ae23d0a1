"""Which codes of an authenticator and which passwords count, who needs them, and how often a code may be guessed."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.issuer.sign_in.code_rules import LIFE, Held, may_be_tried, number_of, plain_digits
from shared.identity.issuer.sign_in.factor_rules import (
    SECOND_FACTOR_ROLES, canonical_recovery_code, is_enough_for, step_of, wrong_with_password,
)
from shared.identity.policy import ROLES

RFC_6238 = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8)
"""Appendix B; SHA-1."""


@pytest.mark.parametrize(("seconds", "code"), [(59, "94287082"), (1111111109, "07081804"), (20000000000, "65353130")])
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert step_of(code, None, seconds, RFC_6238.generate_otp) == seconds // 30


STEPS = [(-2, None, None), (-1, None, 99), (0, None, 100), (1, None, 101), (2, None, None), (0, 99, 100), (0, 100, None),
         (-1, 99, None), (1, 100, 101), (1, 101, None)]


@pytest.mark.parametrize(("shown", "last", "counts"), STEPS)
def test_one_step_of_drift_and_each_code_once(shown: int, last: int | None, counts: int | None) -> None:
    assert step_of(f"{100 + shown:06}", last, 100 * 30 + 7, lambda step: f"{step:06}") == counts


@given(st.lists(st.integers(98, 103), max_size=20))
def test_no_code_ever_counts_twice(shown: list[int]) -> None:
    last, used = None, []
    for step in shown:
        if (taken := step_of(f"{step:06}", last, 3000, lambda step: f"{step:06}")) is not None:
            last = taken
            used.append(taken)
    assert used == sorted(set(used))


PASSWORDS = [("short one", False), ("0123456789", True), ("aaaaaaaaaaaaaaaa", False), ("abcdabcdabcd", False),
             ("my-wang.fang-1", False), ("山重水复疑无路柳暗花明", True), ("seven small boats", True)]


@pytest.mark.parametrize(("password", "fine"), PASSWORDS)
def test_a_password_is_long_and_not_the_name(password: str, fine: bool) -> None:
    assert (wrong_with_password(password, "Wang.Fang") is None) is fine


def test_who_needs_a_second_factor() -> None:
    assert set(SECOND_FACTOR_ROLES) == {
        "doctor", "mediator", "social_worker", "community_admin", "coordinator", "auditor", "operator"}
    assert set(SECOND_FACTOR_ROLES) < set(ROLES)
    for role in ROLES:
        assert is_enough_for(role, ("pwd", "otp", "mfa"))
        assert is_enough_for(role, ("sms",)) is (role not in SECOND_FACTOR_ROLES)
        assert is_enough_for(role, ("wechat", "sms")) is (role not in SECOND_FACTOR_ROLES)


@pytest.mark.parametrize(("typed", "code"), [
    ("abcd-efgh-jkmn", "ABCDEFGHJKMN"), (" ABCD EFGH JKMN", "ABCDEFGHJKMN"), ("123456", ""), ("123456789012", ""), ("", "")])
def test_a_recovery_code_as_people_write_it_down(typed: str, code: str) -> None:
    assert canonical_recovery_code(typed) == code


NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
HELD = [
    (0, 0, False, True), (4, 0, False, True), (5, 0, False, False), (1, 1, True, True), (2, 2, True, False),
    (2, 2, False, True), (4, 2, False, True), (5, 2, False, False)]


@pytest.mark.parametrize(("tries", "elsewhere_tries", "elsewhere", "may"), HELD)
def test_five_tries_and_two_of_them_from_elsewhere(tries: int, elsewhere_tries: int, elsewhere: bool, may: bool) -> None:
    assert may_be_tried(Held(NOW + LIFE, tries, elsewhere_tries), NOW, elsewhere=elsewhere) is may
    assert not may_be_tried(Held(NOW, tries, elsewhere_tries), NOW, elsewhere=elsewhere)
    assert timedelta(minutes=5) == LIFE


@given(st.integers(0, 10**9))
def test_a_code_has_six_digits(random: int) -> None:
    assert len(number_of(random)) == 6 and plain_digits(f" {number_of(random)[:3]} {number_of(random)[3:]}") == number_of(random)
