"""Who may do what, and how far: one table of permissions, each with its roles and their reach, readable on one page.

To add a permission, add one line to `PERMISSIONS` and run `python -m deploy.spec write`, which renders POLICY.md.
A role stands in a line once. How far it reaches there:

- `everywhere`: only with a grant for `*` (all communities at once)
- `community`: everything of the community of the grant; a grant for `*` is one for every community
- `squad`, `case`, `elder`: of that community only one's own squad, cases or elders, which the feature's `within.py` says
  in SQL; a grant with a `unit` means the squad, case or elder of that id
- `own`: of that community only what one said, reported or is the subject of; whoever reaches further reaches this too

A narrow reach is nothing (404) on a route whose feature does not say what it means.
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


WORKERS = "social_worker squad_leader"
OVERSEERS = "committee_member supervisor coordinator"
STOREKEEPERS = "social_worker coordinator community_admin"
CARERS = "doctor care_assistant"
PEOPLE = f"resident volunteer mediator community_admin {WORKERS} {CARERS} {OVERSEERS}"
NEIGHBOURS = f"resident volunteer squad_leader committee_member supervisor coordinator community_admin {CARERS}"
SELF_ONLY = f"resident volunteer squad_leader mediator {CARERS} {OVERSEERS}"
THEMSELVES = f"{SELF_ONLY} community_admin"
"""PEOPLE are all but the machines and those who look after them; NEIGHBOURS among them handle nobody's words;
THEMSELVES are those who may be residents and ask about their own data."""

PERMISSIONS: dict[str, dict[str, str]] = {
    # mediation: a resident's word. Those of a dispute are read by whoever took it up, and nobody else
    "opinions:speak": held(community=PEOPLE),
    "opinions:note_down": held(community=f"{WORKERS} mediator"),
    "opinions:read": held(community="social_worker", case="mediator", own=NEIGHBOURS),
    "opinions:read_dispute": held(case="social_worker mediator"),
    "opinions:answer": held(community="social_worker", case="mediator"),
    "opinions:tell": held(community="social_worker", case="mediator", own="squad_leader"),
    "opinions:look_up_answer": held(community=f"resident volunteer mediator committee_member community_admin {WORKERS}"),
    # volunteer: squads, people, hazards. A squad's hazards are those given to it, and those nobody has been given yet
    "squads:read": held(community=f"volunteer community_admin {WORKERS} {OVERSEERS}"),
    "squads:manage": held(community="social_worker community_admin"),
    "volunteers:read": held(community="social_worker", squad="squad_leader", own="volunteer"),
    "volunteers:manage": held(community="social_worker", squad="squad_leader"),
    "volunteers:reveal": held(community="social_worker", squad="squad_leader", own="volunteer"),
    "hazards:see_map": held(community=PEOPLE),
    "hazards:report": held(community=PEOPLE),
    "hazards:read": held(community=f"social_worker {OVERSEERS}", squad="squad_leader volunteer",
                         own=f"resident mediator community_admin {CARERS}"),
    "hazards:verify": held(community="social_worker", squad="squad_leader"),
    "hazards:assign": held(community="social_worker", squad="squad_leader"),
    "hazards:mitigate": held(community="social_worker", squad="squad_leader volunteer"),
    "hazards:reinspect": held(community="social_worker committee_member", squad="squad_leader volunteer"),
    "hazards:escalate": held(community="social_worker committee_member", squad="squad_leader"),
    "patrols:submit": held(community="social_worker", squad="squad_leader volunteer"),
    "patrols:read": held(community=f"social_worker {OVERSEERS}", squad="squad_leader volunteer"),
    # resources: register, stock, needs, works. Goods, places and firms are nobody's private matter; residents are
    "residents:read": held(community="social_worker service"),
    "residents:write": held(community="social_worker"),
    "register:read": held(community="social_worker squad_leader coordinator community_admin"),
    "register:read_places": held(community=f"{PEOPLE} service"),
    "register:reveal": held(community="social_worker"),
    "register:read_in_full": held(community="service"),
    "register:write": held(community=STOREKEEPERS),
    "communities:open": held(everywhere="coordinator operator"),
    "stock:read": held(community=f"volunteer squad_leader committee_member supervisor auditor {STOREKEEPERS}"),
    "stock:keep": held(community=STOREKEEPERS),
    "catalogue:revise": held(everywhere="coordinator"),
    "needs:read": held(community=f"volunteer squad_leader committee_member supervisor auditor {STOREKEEPERS}"),
    "needs:manage": held(community=STOREKEEPERS),
    "works:read": held(community=f"volunteer squad_leader committee_member supervisor auditor {STOREKEEPERS}"),
    "works:plan": held(community=STOREKEEPERS),
    "works:install": held(community=f"volunteer squad_leader {STOREKEEPERS}"),
    "works:accept": held(community=f"squad_leader committee_member {STOREKEEPERS}"),
    # resources: the fund. Its books are open to those who decide and those who check; who gave is known to few
    "funds:read": held(community=f"committee_member supervisor auditor {STOREKEEPERS}"),
    "funds:manage": held(community="coordinator community_admin"),
    "ledger:read": held(community=f"committee_member supervisor auditor {STOREKEEPERS}"),
    "ledger:keep": held(community="coordinator community_admin"),
    "gifts:read": held(community=f"supervisor auditor {STOREKEEPERS}",
                       own=f"resident volunteer squad_leader mediator committee_member {CARERS}"),
    "gifts:record": held(community=STOREKEEPERS),
    "committees:form": held(community="coordinator community_admin"),
    "applications:submit": held(community=STOREKEEPERS),
    "applications:read": held(community=f"committee_member supervisor auditor {STOREKEEPERS}",
                              own=f"resident volunteer squad_leader mediator {CARERS}"),
    "applications:examine": held(community=STOREKEEPERS),
    "applications:vote": held(community="committee_member supervisor"),
    "applications:appeal": held(community=PEOPLE),
    "applications:judge": held(community="supervisor"),
    "applications:pay": held(community="coordinator community_admin"),
    "disclosures:read": held(community=f"auditor {PEOPLE}"),
    # eldercare: home safety. An elder is somebody's when a grant names them, or they checked that home themselves
    "home_safety:check": held(community="social_worker care_assistant volunteer"),
    "home_safety:read": held(community="social_worker", elder=CARERS, own="volunteer"),
    "home_safety:accept": held(community="social_worker", elder="care_assistant"),
    # rights of those whose data it is. One's own: of whom the account is in the register
    "consents:read": held(community="social_worker", own=THEMSELVES),
    "consents:record": held(community="social_worker", own=THEMSELVES),
    "subject_requests:ask": held(community="social_worker", own=THEMSELVES),
    "subject_requests:read": held(community="social_worker community_admin", own=SELF_ONLY),
    "subject_requests:handle": held(community="social_worker community_admin"),
    "subject_requests:download": held(community="social_worker", own=THEMSELVES),
    "subject_files:read": held(community="service"),
    "retention:read": held(community="community_admin supervisor auditor social_worker"),
    "retention:approve": held(community="community_admin supervisor"),
    # one person's file in an emergency: an hour, a second factor, and another person who judges it afterwards
    "emergency_access:open": held(community=f"social_worker mediator {CARERS}"),
    "emergency_access:use": held(own=f"social_worker mediator {CARERS}"),
    "emergency_access:read": held(community="community_admin supervisor social_worker",
                                  own=f"resident volunteer squad_leader mediator committee_member coordinator {CARERS}"),
    "emergency_access:review": held(community="community_admin supervisor"),
    "emergency_access:tell": held(community="social_worker"),
    # identity
    "grants:give": held(community="coordinator community_admin operator"),
    "grants:end": held(community="coordinator community_admin operator"),
    "grants:read": held(community="coordinator community_admin auditor operator"),
    "places:read": held(community="coordinator community_admin auditor operator"),
    "places:change": held(everywhere="coordinator operator"),
    "clients:register": held(everywhere="operator"),
    "clients:read": held(everywhere="operator auditor"),
    "accounts:manage": held(community="community_admin", everywhere="operator"),
    "accounts:read": held(community="community_admin", everywhere="operator auditor"),
    # every service
    "imports:run": held(community="social_worker coordinator"),
    "imports:read_rows": held(own="social_worker coordinator"),
    "audit:read": held(community="auditor"),
    "audit:read_for_resident": held(community="social_worker"),
    "loops:read": held(community=f"mediator auditor operator integrator {WORKERS} {OVERSEERS}"),
    "outbox:read": held(community="operator auditor"),
    "dead_letters:read": held(everywhere="operator auditor"),
    "operations:run": held(everywhere="operator"),
}

SENSITIVE = frozenset({
    "opinions:read", "opinions:read_dispute", "volunteers:reveal", "residents:read", "residents:write", "register:reveal",
    "register:read_in_full", "home_safety:read", "imports:run", "imports:read_rows", "audit:read",
    "audit:read_for_resident", "dead_letters:read", "operations:run", "clients:register", "clients:read",
    "grants:give", "grants:end", "places:change",
    "accounts:manage", "accounts:read", "subject_files:read", "subject_requests:handle", "subject_requests:download",
    "consents:read", "consents:record", "gifts:read", "gifts:record",
    "applications:read", "applications:submit",
})
"""Whoever is refused one of these is entered in the log: behind it are people, or everything at once."""

PUBLIC: dict[str, str] = {
    "GET /livez": "whoever watches the process; says nothing of anybody; the gateway does not pass it on",
    "GET /readyz": "whoever sends traffic here; says nothing of anybody; the gateway does not pass it on",
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
    "POST /v1/sign-in/phone-codes": "somebody who is about to sign in",
    "POST /v1/sign-in/invitations/open": "shown with the invitation itself",
    "POST /v1/sign-in/invitations/confirm": "shown with the invitation itself",
    "GET /v1/development/inbox": "codes in the place of text messages, on a developer's machine alone",
    "GET /.well-known/jwks.json": "public keys",
    "GET /.well-known/openid-configuration": "what clients read before they sign in",
    "GET /.well-known/oauth-authorization-server": "what clients read before they sign in",
}
"""Routes without a token, and why. A route is either here, or in `SIGNED_IN`, or requires a permission."""

SIGNED_IN: dict[str, str] = {
    "GET /v1/me": "what one's own token says",
    "GET /v1/audit/about-me": "who looked at what is about oneself",
    "GET /v1/sessions": "one's own sessions",
    "POST /v1/me/leave": "one's own grants, which end",
    "POST /v1/sessions/{session_id}/end": "one's own sessions",
    "POST /v1/sessions/end-others": "one's own sessions",
    "POST /v1/me/password": "one's own password, shown again",
    "POST /v1/me/second-factor": "one's own authenticator, with the password and a code of the old one",
    "POST /v1/me/second-factor/confirm": "one's own authenticator",
    "PUT /v1/me/phone": "one's own telephone, with a code that was sent there",
}
"""Routes for anybody with a valid token, which show or change nothing but what is the caller's own, and why."""


def roles_with(permission: str) -> frozenset[str]:
    """Raises `KeyError` for a permission nobody declared."""
    return frozenset(PERMISSIONS[permission])


def extent_of(permission: str, role: str) -> str | None:
    """How far a role may go; None: not at all."""
    return PERMISSIONS[permission].get(role)
