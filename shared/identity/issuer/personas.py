"""Who can sign in on a developer's machine: one persona for every role in every sample community.

`squad_leader@dungen`; where one act needs two persons also `squad_leader-2@dungen`; `operator`, `auditor` and
`integrator` belong to no place, and `coordinator@hub` coordinates them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from shared.identity.caller import Grant
from shared.identity.policy import EVERYWHERE, ROLES
from shared.identity.tokens import subject_of_account

HUB = "hub"
COMMUNITIES = (
    "yingui", "dungen", "ruihe", "xianhe", "shanzhong", "xiangkelin", "xicheng", "wangchengpo", "liangong", HUB)

PLACELESS_ROLES = ("operator", "auditor", "integrator")
ROLES_OF_A_PLACE = tuple(role for role in ROLES if role not in (*PLACELESS_ROLES, "service"))
ROLES_OF_SEVERAL = ("volunteer", "squad_leader", "social_worker", "resident", "committee_member", "community_admin")

IN_CHINESE = {
    "resident": "居民", "volunteer": "志愿者", "squad_leader": "小队长", "mediator": "调解员",
    "social_worker": "社工", "doctor": "医生", "care_assistant": "护理员", "committee_member": "居委会委员",
    "supervisor": "督导", "coordinator": "枢纽协调员", "community_admin": "社区管理员",
    "integrator": "集成方", "auditor": "审计员", "operator": "运维员",
}


@dataclass(frozen=True)
class Persona:
    username: str
    label: str
    grant: Grant

    @property
    def subject(self) -> UUID:
        return subject_of_account(self.username)


def all_personas() -> Iterator[Persona]:
    for role in PLACELESS_ROLES:
        yield Persona(role, IN_CHINESE[role], Grant(role, EVERYWHERE))
    for community in COMMUNITIES:
        for role in ROLES_OF_A_PLACE:
            reach = EVERYWHERE if (role, community) == ("coordinator", HUB) else community
            for number in ("", "-1", "-2", "-3") if role in ROLES_OF_SEVERAL else ("",):
                label = f"{IN_CHINESE[role]}{number} · {community}"
                yield Persona(f"{role}{number}@{community}", label, Grant(role, reach))
