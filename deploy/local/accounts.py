"""Who runs PostgreSQL. It refuses to run as root, so root lends it an account that exists; none is ever added."""

import os
import pwd
from pathlib import Path
from typing import NamedTuple

from deploy.words import Refusal


class Account(NamedTuple):
    name: str
    uid: int
    gid: int


def postgres_account(cluster: Path) -> Account | None:
    """`None`: the one we are. As root: the owner of a cluster that exists, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        refuse_nameless_user()
        return None
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        return account(pwd.getpwuid(owner))
    for name in ("postgres", "nobody"):
        try:
            return account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise Refusal("PostgreSQL 不能以 root 身份运行，而系统里没有 postgres 或 nobody 账户。请改用普通用户运行 ./linli。",
                  "PostgreSQL does not run as root, and there is neither a postgres nor a nobody account. "
                  "Run ./linli as a normal user.")


def account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def refuse_nameless_user() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Refusal(
            f"用户编号 {os.geteuid()} 没有账户名，PostgreSQL 无法为其建库。请换一个用户，或用 DATABASE_URL 指向已有的 PostgreSQL。",
            f"User id {os.geteuid()} has no account name, which PostgreSQL's initdb needs. "
            "Use another user, or point DATABASE_URL at a PostgreSQL server.") from None
