"""Who may do what: one table of roles and permissions, readable on one page. Scope is the grant's community.

A grant for community `*` reaches all of them (services, the hub, operators). Relationship rules
(my squad, my own word) are predicates beside the feature.
"""

from typing import Literal, get_args

from shared.reach import EVERYWHERE as EVERYWHERE

Role = Literal[
    "resident", "volunteer", "squad_leader", "mediator", "social_worker", "doctor", "care_assistant",
    "committee_member", "supervisor", "coordinator", "community_admin", "integrator", "auditor", "operator", "service",
]
ROLES: tuple[str, ...] = get_args(Role)

STAFF = {"squad_leader", "social_worker", "community_admin", "coordinator", "service"}
STOREKEEPERS = {"coordinator", "community_admin", "social_worker"}
EVERYBODY = set(ROLES) - {"integrator", "auditor", "operator"}

PERMISSIONS: dict[str, set[str]] = {
    # mediation: a resident's word
    "opinions:speak": {"resident", "volunteer", *STAFF, "mediator", "committee_member"},
    "opinions:note_down": {"social_worker", "squad_leader", "community_admin", "mediator"},
    "opinions:read_own": EVERYBODY,
    "opinions:read": {"social_worker", "community_admin", "mediator", "service"},
    "opinions:read_dispute": {"social_worker", "mediator"},
    "opinions:answer": {"social_worker", "community_admin", "mediator"},
    "opinions:tell": {"social_worker", "squad_leader", "community_admin", "mediator"},
    "opinions:look_up_answer": {"resident", "volunteer", *STAFF, "mediator", "committee_member"},
    # volunteer: squads, people, hazards
    "squads:read": {"volunteer", *STAFF, "committee_member", "auditor"},
    "squads:manage": {"community_admin", "social_worker"},
    "volunteers:read": {*STAFF},
    "volunteers:manage": {"community_admin", "social_worker", "squad_leader"},
    "hazards:see_map": EVERYBODY,
    "hazards:report": EVERYBODY,
    "hazards:read_own": EVERYBODY,
    "hazards:read": {"volunteer", *STAFF, "mediator", "committee_member", "care_assistant", "auditor"},
    "hazards:verify": {"squad_leader", "social_worker", "community_admin"},
    "hazards:assign": {"squad_leader", "social_worker", "community_admin"},
    "hazards:mitigate": {"volunteer", "squad_leader", "social_worker", "community_admin"},
    "hazards:reinspect": {"volunteer", "squad_leader", "social_worker", "community_admin", "committee_member"},
    "hazards:escalate": {"squad_leader", "social_worker", "community_admin", "committee_member"},
    "patrols:submit": {"volunteer", "squad_leader", "social_worker", "community_admin"},
    "patrols:read": {"volunteer", *STAFF, "auditor"},
    # resources: register, stock, needs, works
    "register:read": {*STAFF},
    "register:read_places": {"resident", "volunteer", *STAFF, "mediator", "committee_member", "care_assistant"},
    "register:read_in_full": {"service"},
    "register:write": {"social_worker", "community_admin", "coordinator"},
    "communities:open": {"coordinator", "operator"},
    "stock:read": {"volunteer", *STAFF, "committee_member", "auditor"},
    "stock:keep": STOREKEEPERS,
    "catalogue:revise": {"coordinator"},
    "needs:read": {"volunteer", *STAFF, "committee_member", "auditor"},
    "needs:manage": STOREKEEPERS,
    "works:read": {"volunteer", *STAFF, "committee_member", "auditor"},
    "works:plan": STOREKEEPERS,
    "works:install": {"volunteer", "squad_leader", *STOREKEEPERS},
    "works:accept": {"squad_leader", "committee_member", *STOREKEEPERS},
    # eldercare: home safety
    "home_safety:check": {"care_assistant", "social_worker", "volunteer", "community_admin"},
    "home_safety:read": {"care_assistant", "social_worker", "doctor", "community_admin"},
    "home_safety:accept": {"care_assistant", "social_worker", "community_admin"},
    # every service
    "imports:run": {"social_worker", "community_admin", "coordinator"},
    "imports:read_rows_of_others": {"community_admin"},
    "loops:read": {*STAFF, "mediator", "committee_member", "auditor", "operator", "integrator"},
    "operations:read": {"operator", "auditor"},
    "operations:run": {"operator"},
}


def roles_with(permission: str) -> frozenset[str]:
    """Raises `KeyError` for a permission nobody declared."""
    return frozenset(PERMISSIONS[permission])
