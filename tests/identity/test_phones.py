"""Telephones as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.issuer.accounts.phones import masked, normalised

WRITTEN = [
    ("13800138000", "+8613800138000"), (" 138 0013 8000 ", "+8613800138000"), ("+86 138-0013-8000", "+8613800138000"),
    ("0086 13800138000", "+8613800138000"), ("8613800138000", "+8613800138000"), ("１３８００１３８０００", "+8613800138000"),
    ("12800138000", None), ("1380013800", None), ("138001380000", None), ("+861380013800", None), ("", None),
    ("+1 202 555 0143", None), ("110", None), ("13800138000;DROP TABLE", None), ("1" * 41, None), ("①３８００１３８０００", "+8613800138000"),
    ("+85261234567", None), ("٠١٢٣٤٥٦٧٨٩٠", None)]


@pytest.mark.parametrize(("typed", "kept"), WRITTEN)
def test_a_number_is_kept_in_one_way_however_it_was_typed(typed: str, kept: str | None) -> None:
    assert normalised(typed) == kept


def test_abroad_only_where_the_settings_say_so() -> None:
    assert normalised("+852 6123 4567", ("+86", "+852")) == "+85261234567"


@given(st.text(max_size=50))
def test_whatever_is_typed_is_a_number_or_nothing(typed: str) -> None:
    phone = normalised(typed)
    assert phone is None or (normalised(phone) == phone and phone.isascii() and phone.startswith("+86"))


def test_enough_is_shown_for_the_owner() -> None:
    assert masked("+8613800138000") == "138****8000"
