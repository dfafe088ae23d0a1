"""What the claims of strangers become, by the mapping that is configured. Pure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.identity.caller import Grant
from shared.identity.policy import ROLES
from shared.identity.trust.claims import MOST_GRANTS, caller_of, grants_of
from shared.identity.trust.mapping import ClaimMapping, RolesAt

DOCTOR, LEADER = Grant("doctor", "yingui"), Grant("squad_leader", "yingui")
SQUAD = "0197c1f0-0000-7000-8000-000000000001"
WORDS = {"at": "realm_access.roles", "template": "linli:{role}:{community}"}


def realm(*words: Any) -> dict[str, Any]:
    return {"realm_access": {"roles": list(words)}}


GRANTS: dict[str, tuple[dict[str, Any], dict[str, Any], list[Grant]]] = {
    "words by a template": (WORDS, realm("linli:doctor:yingui", "linli:squad_leader:yingui"), [DOCTOR, LEADER]),
    "a path of groups": ({"at": "groups", "template": "/linli/{community}/{role}"},
                         {"groups": ["/linli/yingui/doctor", "/other/yingui/doctor", "/linli/yingui/doctor/deputy"]}, [DOCTOR]),
    "everywhere": (WORDS, realm("linli:operator:*"), [Grant("operator", "*")]),
    "a squad of its own": (WORDS | {"template": "{role}@{community}/{unit}"}, realm(f"squad_leader@yingui/{SQUAD}"),
                           [Grant("squad_leader", "yingui", SQUAD)]),
    "a squad that is no id": (WORDS | {"template": "{role}@{community}/{unit}"}, realm("squad_leader@yingui/all"), []),
    "no role of ours": (WORDS, realm("linli:emperor:yingui"), []),
    "one word in the place of a list": (WORDS, {"realm_access": {"roles": "linli:doctor:yingui"}}, [DOCTOR]),
    "no such claim": (WORDS, {}, []),
    "a claim that has no inside": (WORDS, {"realm_access": "linli:doctor:yingui"}, []),
    "things that are no words": (WORDS, realm(None, 7, ["linli:doctor:yingui"], {"role": "doctor"}), []),
    "half of it": (WORDS, realm("linli:doctor", "linli:doctor:", "linli::yingui", "xlinli:doctor:yingui",
                                "linli:doctor:yingui:x", "linli:doctor:yin gui", "linli:doctor:yingui\n"), []),
    "their words for roles": ({"at": "roles", "roles": {"医生": "doctor"}, "community_at": "place"},
                              {"roles": ["医生", "doctor"], "place": ["yingui", "", 7, "dungen"]},
                              [DOCTOR, Grant("doctor", "dungen")]),
    "a table and a template": (WORDS | {"roles": {"Arzt": "doctor"}}, realm("linli:Arzt:yingui", "linli:doctor:yingui"), [DOCTOR]),
    "one community for all": ({"at": "roles", "community": "yingui"}, {"roles": ["doctor", "nobody"]}, [DOCTOR]),
    "no community where it should stand": ({"at": "roles", "community_at": "place.code"}, {"roles": ["doctor"], "place": "x"}, []),
    "objects": ({"at": "memberships", "role_in": "function", "community_in": "place"},
                {"memberships": [{"function": "doctor", "place": "yingui"}, {"function": "doctor"}, {"place": "yingui"}, "doctor"]},
                [DOCTOR]),
    "objects, their names and another claim": (
        {"at": "jobs", "role_in": "name", "roles": {"chief": "squad_leader"}, "community_at": "place"},
        {"jobs": [{"name": "chief"}], "place": "yingui"}, [LEADER]),
    "a name with dots": ({"at": ["https://login.example.org/roles"], "community": "yingui"},
                         {"https://login.example.org/roles": ["doctor"]}, [DOCTOR]),
}


@pytest.mark.parametrize(("place", "claims", "expected"), GRANTS.values(), ids=GRANTS.keys())
def test_roles_become_grants(place: dict[str, Any], claims: dict[str, Any], expected: list[Grant]) -> None:
    assert list(grants_of(claims, ClaimMapping(roles=(place,)))) == expected


REFUSED_PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing says where": ({"at": "roles"}, "say once where the community is"),
    "twice": (WORDS | {"community": "yingui"}, "say once where the community is"),
    "no role in the template": (WORDS | {"template": "{community}"}, "template needs {role}"),
    "what nobody knows": (WORDS | {"template": "{role}:{place}"}, "each once"),
    "the same twice": (WORDS | {"template": "{role}:{community}:{role}"}, "each once"),
    "two ways to read it": (WORDS | {"template": "{role}-{community}"}, "between two"),
    "words and objects": (WORDS | {"role_in": "name"}, "one of them"),
    "an object's field without objects": ({"at": "roles", "community_in": "place"}, "needs role_in"),
    "a role we do not have": ({"at": "roles", "community": "yingui", "roles": {"Kaiser": "emperor"}}, "squad_leader"),
    "an empty step": ({"at": "a..b", "community": "yingui"}, "at least 1 character"),
    "a slip of the pen": ({"at": "roles", "comunity": "yingui"}, "Extra inputs"),
}


@pytest.mark.parametrize(("place", "why"), REFUSED_PLACES.values(), ids=REFUSED_PLACES.keys())
def test_a_mapping_that_is_not_clear_is_refused(place: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        RolesAt.model_validate(place)


PERSONAL = ClaimMapping(subject="who.id", person="who.person", session="s", auth_time="when", amr="acr", methods={"2": ["pwd", "otp"]})


def test_who_how_and_when_stand_where_the_mapping_says() -> None:
    claims = {"who": {"id": "a", "person": "p"}, "s": "session", "when": 5, "acr": "2", "sub": "b", "amr": ["sms"]}
    caller = caller_of(claims, PERSONAL)
    assert caller is not None
    assert (caller.subject, caller.person_id, caller.session_id) == ("a", "p", "session")
    assert (caller.amr, caller.auth_time) == (("pwd", "otp"), 5)


@pytest.mark.parametrize("who", [None, "", 7, ["a"], {"id": ""}, {"id": 7}])
def test_nobody_is_no_caller(who: Any) -> None:
    assert caller_of({"who": who, "sub": "b"}, PERSONAL) is None


def test_a_mapping_that_multiplies_ends_somewhere() -> None:
    mapping = ClaimMapping(roles=({"at": "roles", "community_at": "places"},))
    caller = caller_of({"sub": "a", "roles": ["doctor"] * 1000, "places": ["yingui"] * 1000}, mapping)
    assert caller and len(caller.grants) == MOST_GRANTS


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([*ROLES, "linli:doctor:yingui"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["roles", "grants", "role", "community", "unit", "sub"]), inner),
    max_leaves=12)
MAPPINGS = st.sampled_from([
    ClaimMapping(), ClaimMapping(roles=(WORDS,)),
    ClaimMapping(roles=({"at": "roles", "role_in": "role", "community_at": "grants.community"},))])


@given(st.dictionaries(st.sampled_from(["sub", "grants", "roles", "realm_access", "amr", "sid"]), ANYTHING), MAPPINGS)
def test_whatever_stands_there_grants_are_for_roles_we_have(claims: dict[str, Any], mapping: ClaimMapping) -> None:
    for grant in grants_of(claims, mapping):
        assert grant.role in ROLES and isinstance(grant.community, str) and grant.community
    caller_of(claims, mapping)
