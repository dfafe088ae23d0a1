"""Who may do what, and how far: one table of permissions, each with its roles and their reach, readable on one page.

To add a permission, add one line to `PERMISSIONS` and run `python -m deploy.spec write`, which renders POLICY.md.
A role stands in a line once. How far it reaches there:

- `everywhere`: only with a grant for `*` (all communities at once)
- `community`: everything of the community of the grant; a grant for `*` is one for every community
- `squad`, `case`, `elder`: of that community only one's own squad, cases or elders, which the feature's `within.py` says
  in SQL; a grant with a `unit` means the squad, case or elder of that id
- `own`: of that community only what one said, reported or is the subject of

A narrow reach is nothing (403 or 404) on a route whose feature does not say what it means.
"""

from typing import Literal, get_args

from shared.reach import EVERYWHERE as EVERYWHERE

Role = Literal[
    "resident", "volunteer", "squad_leader", "mediator", "social_worker", "doctor", "care_assistant",
    "committee_member", "supervisor", "coordinator", "community_admin", "integrator", "auditor", "operator", "service",
]
ROLES: tuple[str, ...] = get_args(Role)
Extent = Literal["everywhere", "community", "squad", "case", "elder", "own"]
EXTENTS: tuple[str, ...] = get_args(Extent)


def held(**by_extent: str) -> dict[str, str]:
    """`held(community="social_worker", own="resident")` → role: extent. Raises `ValueError` for a slip of the pen."""
    pairs = [(role, extent) for extent, roles in by_extent.items() for role in roles.split()]
    unknown = ({role for role, _ in pairs} - set(ROLES)) | (set(by_extent) - set(EXTENTS))
    if unknown or len(dict(pairs)) != len(pairs):
        raise ValueError(f"unknown {sorted(unknown)}, or a role twice: {by_extent}")
    return dict(pairs)


STAFF = "squad_leader social_worker community_admin coordinator service"
STOREKEEPERS = "coordinator community_admin social_worker"
EVERYBODY = ("resident volunteer squad_leader mediator social_worker doctor care_assistant committee_member supervisor "
             "coordinator community_admin service")

PERMISSIONS: dict[str, dict[str, str]] = {
    # mediation: a resident's word
    "opinions:speak": held(community=f"resident volunteer {STAFF} mediator committee_member"),
    "opinions:note_down": held(community="social_worker squad_leader community_admin mediator"),
    "opinions:read_own": held(community=EVERYBODY),
    "opinions:read": held(community="social_worker community_admin mediator service"),
    "opinions:read_dispute": held(community="social_worker mediator"),
    "opinions:answer": held(community="social_worker community_admin mediator"),
    "opinions:tell": held(community="social_worker squad_leader community_admin mediator"),
    "opinions:look_up_answer": held(community=f"resident volunteer {STAFF} mediator committee_member"),
    # volunteer: squads, people, hazards
    "squads:read": held(community=f"volunteer {STAFF} committee_member auditor"),
    "squads:manage": held(community="community_admin social_worker"),
    "volunteers:read": held(community=STAFF),
    "volunteers:manage": held(community="community_admin social_worker squad_leader"),
    "hazards:see_map": held(community=EVERYBODY),
    "hazards:report": held(community=EVERYBODY),
    "hazards:read_own": held(community=EVERYBODY),
    "hazards:read": held(community=f"volunteer {STAFF} mediator committee_member care_assistant auditor"),
    "hazards:verify": held(community="squad_leader social_worker community_admin"),
    "hazards:assign": held(community="squad_leader social_worker community_admin"),
    "hazards:mitigate": held(community="volunteer squad_leader social_worker community_admin"),
    "hazards:reinspect": held(community="volunteer squad_leader social_worker community_admin committee_member"),
    "hazards:escalate": held(community="squad_leader social_worker community_admin committee_member"),
    "patrols:submit": held(community="volunteer squad_leader social_worker community_admin"),
    "patrols:read": held(community=f"volunteer {STAFF} auditor"),
    # resources: register, stock, needs, works
    "register:read": held(community=STAFF),
    "register:read_places": held(community=f"resident volunteer {STAFF} mediator committee_member care_assistant"),
    "register:read_in_full": held(community="service"),
    "register:write": held(community="social_worker community_admin coordinator"),
    "communities:open": held(community="coordinator operator"),
    "stock:read": held(community=f"volunteer {STAFF} committee_member auditor"),
    "stock:keep": held(community=STOREKEEPERS),
    "catalogue:revise": held(everywhere="coordinator"),
    "needs:read": held(community=f"volunteer {STAFF} committee_member auditor"),
    "needs:manage": held(community=STOREKEEPERS),
    "works:read": held(community=f"volunteer {STAFF} committee_member auditor"),
    "works:plan": held(community=STOREKEEPERS),
    "works:install": held(community=f"volunteer squad_leader {STOREKEEPERS}"),
    "works:accept": held(community=f"squad_leader committee_member {STOREKEEPERS}"),
    # eldercare: home safety
    "home_safety:check": held(community="care_assistant social_worker volunteer community_admin"),
    "home_safety:read": held(community="care_assistant social_worker doctor community_admin"),
    "home_safety:accept": held(community="care_assistant social_worker community_admin"),
    # identity
    "clients:register": held(everywhere="operator"),
    "clients:read": held(everywhere="operator auditor"),
    # every service
    "imports:run": held(community="social_worker community_admin coordinator"),
    "imports:read_rows_of_others": held(community="community_admin"),
    "loops:read": held(community=f"{STAFF} mediator committee_member auditor operator integrator"),
    "outbox:read": held(community="operator auditor"),
    "dead_letters:read": held(everywhere="operator auditor"),
    "operations:run": held(everywhere="operator"),
}

PUBLIC: dict[str, str] = {
    "GET /livez": "whoever watches the process; says nothing of anybody",
    "GET /readyz": "whoever sends traffic here; says nothing of anybody",
    "GET /metrics": "counts without names; the gateway does not pass it on",
    "GET /docs": "the description of the API",
    "GET /openapi.json": "the description of the API",
    "POST /v1/token": "who asks for a token has none yet; what is shown for it is checked inside",
    "POST /v1/revoke": "signs out with the refresh token itself",
    "POST /v1/device_authorization": "a screen that nobody has signed in for yet",
    "GET /v1/authorize": "the page for signing in",
    "POST /v1/authorize": "the page for signing in",
    "GET /v1/device": "the page for signing in, for a screen",
    "POST /v1/device": "the page for signing in, for a screen",
    "GET /.well-known/jwks.json": "public keys",
    "GET /.well-known/openid-configuration": "what clients read before they sign in",
    "GET /.well-known/oauth-authorization-server": "what clients read before they sign in",
}
"""Routes without a token, and why. A route is either here, or in `SIGNED_IN`, or requires a permission."""

SIGNED_IN: dict[str, str] = {
    "GET /v1/me": "what one's own token says",
    "GET /v1/sessions": "one's own sessions",
    "POST /v1/sessions/{session_id}/end": "one's own sessions",
    "POST /v1/sessions/end-others": "one's own sessions",
}
"""Routes for anybody with a valid token, which show or change nothing but what is the caller's own, and why."""


def roles_with(permission: str) -> frozenset[str]:
    """Raises `KeyError` for a permission nobody declared."""
    return frozenset(PERMISSIONS[permission])


def extent_of(permission: str, role: str) -> str | None:
    """How far a role may go; None: not at all."""
    return PERMISSIONS[permission].get(role)
