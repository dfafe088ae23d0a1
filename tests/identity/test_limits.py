"""Waiting times grow, end, and are each one's own."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.issuer.sign_in.limits import (
    LIMITS, Key, Limit, Tally, is_known, keys, one_more, still_waits, wait_after,
)

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PAIR = LIMITS["sign_in", "pair"]


def seconds(limit: Limit, count: int) -> int:
    return int(wait_after(limit, count).total_seconds())


@pytest.mark.parametrize(("count", "waits"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (10**6, 3600)])
def test_a_stranger_who_guesses_waits_twice_as_long_each_time(count: int, waits: int) -> None:
    assert seconds(PAIR, count) == waits


@pytest.mark.parametrize(("count", "waits"), [(0, 0), (1, 60), (2, 120), (10, 3600)])
def test_a_second_text_message_waits_a_minute(count: int, waits: int) -> None:
    assert seconds(LIMITS["send", "pair"], count) == waits


def test_what_was_tried_a_day_ago_is_forgotten() -> None:
    old = Tally(50, NOW - PAIR.forgotten_after)
    assert still_waits(PAIR, old, NOW) == timedelta()
    assert one_more(PAIR, old, NOW) == Tally(1, NOW)
    assert still_waits(PAIR, old, NOW - timedelta(seconds=1)) == timedelta()
    assert still_waits(PAIR, Tally(50, NOW), NOW + timedelta(minutes=10)) == timedelta(minutes=50)


COUNTED = [
    ("sign_in", False, [Key("sign_in", "", "n"), Key("sign_in", "w", "n")]), ("sign_in", True, [Key("sign_in", "w", "n")]),
    ("send", False, [Key("send", "", "n"), Key("send", "w", ""), Key("send", "w", "n")]),
    ("send", True, [Key("send", "w", "n")])]


@pytest.mark.parametrize(("kind", "known", "counted"), COUNTED)
def test_where_the_owner_is_known_only_their_own_tries_count(kind, known: bool, counted: list[Key]) -> None:
    assert keys(kind, "w", "n", known=known) == counted
    assert all(key.limit for key in counted)


def test_who_has_named_nobody_yet_is_counted_by_network() -> None:
    assert keys("sign_in", "", "n", known=False) == [Key("sign_in", "", "n")]


@given(st.sampled_from(list(LIMITS.values())), st.integers(0, 10**9))
def test_nobody_is_locked_out_for_good(limit: Limit, count: int) -> None:
    assert wait_after(limit, count) <= wait_after(limit, count + 1) <= limit.longest <= timedelta(hours=1)
    assert still_waits(limit, Tally(count, NOW), NOW + timedelta(hours=1)) == timedelta()


@given(st.text("abc", min_size=1), st.text("abc", min_size=1), st.text("abc", min_size=1))
def test_what_is_tried_elsewhere_never_touches_a_known_place(who: str, home: str, elsewhere: str) -> None:
    """Whatever a stranger does from another network, for whatever account, counts under other keys."""
    if home != elsewhere:
        counted = {key for of in (who, "x") for kind in ("sign_in", "send") for key in keys(kind, of, elsewhere, known=False)}
        for kind in ("sign_in", "send"):
            assert not counted & set(keys(kind, who, home, known=True))


@pytest.mark.parametrize(("ago", "known"), [(None, False), (timedelta(), True), (timedelta(days=89), True), (timedelta(days=90), False)])
def test_a_place_stays_known_for_a_while(ago: timedelta | None, known: bool) -> None:
    assert is_known(NOW - ago if ago is not None else None, NOW) is known
