"""The personas of a developer's machine."""

from collections import Counter

from shared.identity.caller import Grant
from shared.identity.issuer.personas import COMMUNITIES, IN_CHINESE, all_personas
from shared.identity.issuer.rules import canonical
from shared.identity.policy import ROLES

PERSONAS = {persona.username: persona for persona in all_personas()}


def test_there_is_one_for_every_role_in_every_community() -> None:
    people = set(ROLES) - {"service", "operator", "auditor", "integrator"}
    expected = {f"{role}@{community}" for role in people for community in COMMUNITIES}
    assert expected <= set(PERSONAS)
    assert len(COMMUNITIES) == 10
    assert {"operator", "auditor", "integrator"} <= set(PERSONAS)
    assert set(IN_CHINESE) == set(ROLES) - {"service"}


def test_nobody_is_there_twice() -> None:
    counted = Counter(persona.username for persona in all_personas())
    assert set(counted.values()) == {1}
    assert len({persona.subject for persona in PERSONAS.values()}) == len(PERSONAS)


def test_four_eyes_have_enough_persons() -> None:
    for role in ("volunteer", "squad_leader", "social_worker", "resident", "committee_member", "community_admin"):
        for number in (1, 2, 3):
            assert PERSONAS[f"{role}-{number}@dungen"].grant == Grant(role, "dungen")
    assert "doctor-2@dungen" not in PERSONAS


def test_only_those_without_a_place_reach_everywhere() -> None:
    everywhere = {persona.username for persona in PERSONAS.values() if persona.grant.community == "*"}
    assert everywhere == {"operator", "auditor", "integrator", "coordinator@hub"}
    for username, persona in PERSONAS.items():
        assert username in everywhere or persona.grant.community == username.partition("@")[2]


def test_their_names_are_as_they_are_stored() -> None:
    assert all(canonical(username) == username for username in PERSONAS)


def test_subjects_are_the_same_in_every_installation() -> None:
    assert str(PERSONAS["squad_leader@dungen"].subject) == "1518d39e-6c46-5c15-af8d-fa1695e7e23e"
