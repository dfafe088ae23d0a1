"""./linli keys: the issuer's signing keys. A running issuer takes a change up by itself, and nobody is signed out by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.keys import Keys
from deploy.local.folder import DataFolder
from deploy.verbs.options import DATA_FOLDER, Data
from deploy.words import Refusal, Words
from shared.identity.issuer.keys import rotation, rules
from shared.identity.issuer.keys.file import load

verbs = typer.Typer()
keys = typer.Typer(help="签名密钥 · The issuer's signing keys", no_args_is_help=True)
verbs.add_typer(keys, name="keys")

File = Annotated[Path | None, typer.Option(
    "--file", metavar="FILE", help="密钥文件，默认在数据文件夹里 · The key file, by default the data folder's")]
Hours = Annotated[float, typer.Option(
    "--in", metavar="HOURS", min=0.1, help="多少小时后启用 · In how many hours the next key begins to sign")]
Compromised = Annotated[bool, typer.Option(
    "--compromised", help="密钥可能已泄露：立刻换，旧令牌全部失效 · Somebody may have the key: change at once, and believe "
                          "no token of the old one")]


@keys.command("list", help="列出密钥 · Which sign, wait, or are still believed")
def list_keys(data: Data = DATA_FOLDER, file: File = None) -> None:
    table = Table("kid", "state", "signs from (UTC)")
    for row in rows(existing(data, file), datetime.now(UTC)):
        table.add_row(*row)
    Console().print(table)


@keys.command("rotate", help="轮换密钥 · Publish the next key; it signs a day later")
def rotate_keys(
    data: Data = DATA_FOLDER, file: File = None, hours: Hours = 24, compromised: Compromised = False,
) -> None:
    path, now = existing(data, file), datetime.now(UTC)
    if compromised:
        new = rotation.replace(path, now)
        print(Words(f"新密钥 {new.key.kid} 已启用；旧密钥的令牌不再被接受，大家要重新刷新登录。",
                    f"The new key {new.key.kid} signs now; tokens of the old ones are refused within five minutes."))
        return
    try:
        new = rotation.rotate(path, now, timedelta(hours=hours))
    except rules.NextIsWaiting as waiting:
        raise Refusal(f"下一把密钥已公布，{waiting.signs_from:%Y-%m-%d %H:%M} UTC 启用；等它启用后再轮换。",
                      f"A next key is published already and signs from {waiting.signs_from:%Y-%m-%d %H:%M} UTC.") from None
    print(Words(f"下一把密钥 {new.key.kid} 已公布，{new.signs_from:%Y-%m-%d %H:%M} UTC 启用。",
                f"The next key {new.key.kid} is published and signs from {new.signs_from:%Y-%m-%d %H:%M} UTC."))


def existing(data: Path, file: Path | None) -> Path:
    path = file or Keys(DataFolder(data).secrets).signing_key
    if not path.is_file():
        raise Refusal(f"没有密钥文件 {path}。", f"There is no key file {path}.")
    return path


def rows(path: Path, now: datetime) -> Iterator[tuple[str, str, str]]:
    held = load(path, may_create=False)
    signing, believed = rules.signing(held, now).key.kid, {key.key.kid for key in rules.published(held, now)}
    for key in rules.dated(held, now):
        name, begins = key.key.kid, key.signs_from
        state = "signing" if name == signing else "next" if begins > now else "believed" if name in believed else "retired"
        yield name, state, f"{begins:%Y-%m-%d %H:%M}" if held[0].signs_from else "-"
