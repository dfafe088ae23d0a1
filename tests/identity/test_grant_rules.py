"""Who may give what where, and what a grant means in communities: pure tables."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.problems import Conflict, Invalid, NotAllowed
from shared.identity.caller import Grant
from shared.identity.issuer.grants import rules
from shared.identity.issuer.grants.models import GivenRole
from shared.identity.issuer.grants.rules import Tree, Wanted
from shared.identity.policy import PERMISSIONS, ROLES

TREE = Tree({"longjin": None, "yingui": "longjin", "ruihe": "longjin", "dungen": None})
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)

MAY = [
    ("community_admin@yingui", "squad_leader", "yingui", True),
    ("community_admin@yingui", "squad_leader", "dungen", False),
    ("community_admin@yingui", "squad_leader", "longjin", False),
    ("community_admin@yingui", "squad_leader", "*", False),
    ("community_admin@yingui", "community_admin", "yingui", False),
    ("community_admin@yingui", "auditor", "yingui", False),
    ("community_admin@yingui", "coordinator", "yingui", False),
    ("community_admin@longjin", "mediator", "longjin", True),
    ("community_admin@longjin", "community_admin", "yingui", True),
    ("community_admin@longjin", "community_admin", "longjin", False),
    ("community_admin@longjin", "community_admin", "dungen", False),
    ("community_admin@*", "community_admin", "longjin", True),
    ("community_admin@*", "community_admin", "*", False),
    ("coordinator@*", "community_admin", "dungen", True),
    ("coordinator@*", "coordinator", "dungen", False),
    ("operator@*", "operator", "*", True),
    ("operator@*", "service", "*", False),
    ("social_worker@yingui", "resident", "yingui", False),
    ("auditor@*", "resident", "yingui", False),
]


@pytest.mark.parametrize(("giver", "role", "place", "expected"), MAY)
def test_who_may_give_what_where(giver: str, role: str, place: str, expected: bool) -> None:
    held = (Grant(*giver.split("@")),)
    assert rules.may_give(held, role, TREE.path(place)) is expected


@given(st.sampled_from(sorted(rules.MAY_GIVE)), st.sampled_from(ROLES), st.sampled_from(["yingui", "dungen", "longjin", "*"]))
def test_nobody_gives_above_their_own_reach(giver: str, role: str, place: str) -> None:
    held = (Grant(giver, "yingui"),)
    assert place == "yingui" or not rules.may_give(held, role, TREE.path(place))


def test_all_who_may_give_have_the_permission_and_nobody_can_be_a_service() -> None:
    assert set(rules.MAY_GIVE) == set(PERMISSIONS["grants:give"]) == set(PERMISSIONS["grants:end"])
    given_by_anybody = frozenset().union(*rules.MAY_GIVE.values())
    assert given_by_anybody == set(ROLES) - {"service"} == set(GivenRole.__args__)


def test_nobody_gives_to_themselves() -> None:
    account = uuid4()
    rules.must_not_be_oneself(str(uuid4()), account)
    with pytest.raises(NotAllowed):
        rules.must_not_be_oneself(str(account), account)


EXPANDED = [
    ([("doctor", "dungen")], [("doctor", "dungen")]),
    ([("doctor", "longjin")], [("doctor", "longjin"), ("doctor", "ruihe"), ("doctor", "yingui")]),
    ([("doctor", "longjin"), ("doctor", "yingui")], [("doctor", "longjin"), ("doctor", "ruihe"), ("doctor", "yingui")]),
    ([("doctor", "yingui"), ("doctor", "*"), ("volunteer", "yingui")], [("doctor", "*"), ("volunteer", "yingui")]),
    ([("doctor", "elsewhere")], [("doctor", "elsewhere")]),
]


@pytest.mark.parametrize(("held", "expected"), EXPANDED)
def test_a_street_is_its_communities_and_itself(held: list, expected: list) -> None:
    assert rules.expanded([Grant(*one) for one in held], TREE) == tuple(Grant(*one) for one in expected)


CHECKED = [
    (("volunteer", "yingui", None, None, None), True, None),
    (("volunteer", "yingui", uuid4(), None, None), True, None),
    (("volunteer", "longjin", uuid4(), None, None), False, "body.unit"),
    (("committee_member", "yingui", uuid4(), None, None), True, "body.unit"),
    (("volunteer", "yingui", None, NOW - timedelta(seconds=1), None), True, "body.valid_from"),
    (("volunteer", "yingui", None, None, NOW), True, "body.valid_to"),
    (("volunteer", "yingui", None, NOW + timedelta(days=2), NOW + timedelta(days=1)), True, "body.valid_to"),
    (("volunteer", "yingui", None, NOW, NOW + timedelta(days=1)), True, None),
]


@pytest.mark.parametrize(("wanted", "is_community", "field"), CHECKED)
def test_what_is_wanted_must_make_sense(wanted: tuple, is_community: bool, field: str | None) -> None:
    if field is None:
        rules.checked(Wanted(*wanted), is_community, NOW)
        return
    with pytest.raises(Invalid) as refused:
        rules.checked(Wanted(*wanted), is_community, NOW)
    assert [error.field for error in refused.value.errors] == [field]


def test_more_than_a_token_can_say_is_refused() -> None:
    rules.must_fit([Grant("community_admin", f"community{number}") for number in range(40)])
    with pytest.raises(Conflict):
        rules.must_fit([Grant("community_admin", f"community{number}") for number in range(60)])
