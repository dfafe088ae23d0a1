"""The policy as a page that people read: shared/identity/POLICY.md."""

from collections.abc import Iterator

from shared.identity.policy import PERMISSIONS, PUBLIC, EXTENTS, ROLES, SIGNED_IN

SIGNS = {"everywhere": "全", "community": "社", "squad": "队", "case": "案", "elder": "老", "own": "己"}

LEGEND = """\
| | 范围 extent | |
|---|---|---|
| 全 | everywhere | 只有全部社区的授权才算 · only with a grant for all communities |
| 社 | community | 授权所在社区的全部 · everything of the community of the grant |
| 队 | squad | 只限自己的小分队 · only one's own squad |
| 案 | case | 只限交给自己的事 · only cases that are one's own |
| 老 | elder | 只限自己照护的老人 · only elders in one's care |
| 己 | own | 只限自己说的、报的、关于自己的 · only what one said, reported or is the subject of |
"""

HEAD = """\
# 谁可以做什么 · Who may do what

Written by `python -m deploy.spec write` from [policy.py](policy.py), which is what every service enforces, and tested
role by role, route by route and place by place against the running services (`tests/platform/test_az_1_matrix.py`).
An empty cell is a refusal. Grants are for a community (or all of them), end on a day, and may name one squad, case or
elder.

"""


def page() -> str:
    return "".join([HEAD, LEGEND, *tables(), *open_routes()])


def tables() -> Iterator[str]:
    columns = " | ".join(role.replace("_", " ") for role in ROLES)
    yield f"\n## 权限 Permissions\n\n| | {columns} |\n|---|{':-:|' * len(ROLES)}\n"
    for permission, holders in PERMISSIONS.items():
        yield f"| `{permission}` | {' | '.join(SIGNS.get(holders.get(role, ''), '') for role in ROLES)} |\n"


def open_routes() -> Iterator[str]:
    yield "\n## 不需要权限的 · Without a permission\n\n| route | token | why |\n|---|---|---|\n"
    for token, routes in (("none", PUBLIC), ("any", SIGNED_IN)):
        yield from (f"| `{route}` | {token} | {why} |\n" for route, why in routes.items())


if set(SIGNS) != set(EXTENTS):
    raise ValueError("every extent needs a sign")
