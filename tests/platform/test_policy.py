"""AZ-1: a route without a line in the policy fails here, and so does a line that no route needs."""

import pytest

from shared.identity.policy import PERMISSIONS, PUBLIC, ROLES, SIGNED_IN, held
from tests.platform.apps import ALL_APPS, served

INSIDE = frozenset({"opinions:note_down", "opinions:read_dispute", "register:read_in_full", "register:reveal",
                    "volunteers:reveal"})
"""Permissions that a route looks at while it answers, beyond the one that opens it."""


@pytest.mark.parametrize("app", ALL_APPS)
def test_every_route_has_its_line_in_the_policy(app: str) -> None:
    """AZ-1."""
    for route in served(ALL_APPS[app]):
        if route.path.startswith("/docs-files"):
            continue
        wanted = () if route.name in PUBLIC else (None,) if route.name in SIGNED_IN else route.gates[:1]
        assert set(route.gates) == set(wanted), f"{app} {route.name} has gates {route.gates}"
        assert route.name in {**PUBLIC, **SIGNED_IN} or route.gates[0], (
            f"{app} {route.name}: let it require a permission (shared/identity/policy.py), or say there why not")


def test_no_line_of_the_policy_is_for_nothing() -> None:
    """AZ-1."""
    routes = [route for app in ALL_APPS.values() for route in served(app)]
    assert set(PERMISSIONS) - INSIDE == {gate for route in routes for gate in route.gates} - {None}
    assert {**PUBLIC, **SIGNED_IN}.keys() <= {route.name for route in routes}


def test_a_slip_of_the_pen_is_noticed() -> None:
    for wrong in ({"community": "squad_laeder"}, {"comunity": "resident"}, {"own": "doctor", "community": "doctor"}):
        with pytest.raises(ValueError, match="unknown"):
            held(**wrong)


def test_every_role_has_something_to_do() -> None:
    idle = [role for role in ROLES if not any(role in holders for holders in PERMISSIONS.values())]
    assert idle == []
