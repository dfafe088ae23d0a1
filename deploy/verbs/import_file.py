"""./linli import: a community's own list, judged first; then, unless it is only to be judged, taken in."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.verbs.options import DATA_FOLDER, Data
from deploy.verbs.running import Running
from deploy.words import Refusal, Words, speaks_chinese

verbs = typer.Typer()

IMPORTERS = ("resources", "volunteer")
AT_REST = ("judged", "done", "failed")
NOT_OURS = ("belongs_elsewhere", "not_recognised")
LOOK_AGAIN_SECONDS = 0.2
SHOWN_ROWS = 200

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help=".xlsx .xls .csv")]
Community = Annotated[str, typer.Option("--community", metavar="C", help="哪个社区，如 yingui · Whose list, e.g. yingui")]
Account = Annotated[str | None, typer.Option(
    "--as", metavar="ROLE@COMMUNITY", help="以谁的身份 · As whom", show_default="social_worker@C")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只判断，不保存 · Only judge, save nothing")]

STATES = {
    "queued": Words("排队", "waiting"), "reading": Words("逐行判断", "judging"), "applying": Words("保存", "saving"),
    "judged": Words("判断完毕", "judged"), "done": Words("已保存", "saved"), "failed": Words("不能导入", "not imported"),
}
COUNTS = {
    "rows": Words("行", "rows"), "accepted": Words("新收", "accepted"), "linked": Words("并入", "linked"),
    "held": Words("待人工", "held"), "refused": Words("退回", "refused"), "warned": Words("有提醒", "with warnings"),
}


@verbs.command("import", help="导入社区的表格 · Import a list as a community keeps it")
def import_file(file: File, community: Community, account: Account = None, dry_run: DryRun = False,
                data: Data = DATA_FOLDER) -> None:
    running, console = Running(data), Console(highlight=False)
    token = running.token(account or f"social_worker@{community}")
    with running.http(Authorization=f"Bearer {token}", **{"Accept-Language": "zh-CN" if speaks_chinese() else "en"}) as http:
        upload = Upload(http, file, community)
        judged = [(service, job) for service in IMPORTERS if is_ours(job := upload.judge(service, console))]
        if not judged:
            raise Refusal("看不出这是哪种名单，没有导入任何内容。", "It is not clear what this list is; nothing was imported.")
        for service, job in judged:
            if not dry_run and job["state"] == "judged":
                job = upload.apply(service, job, console)
            show(console, service, job, upload.rows(service, job, "refused"), upload.rows(service, job, "held"))
    if any(job["state"] == "failed" for _, job in judged):
        raise typer.Exit(1)


class Upload:
    """One file, sent to each service that may keep a list of it."""

    def __init__(self, http: httpx.Client, file: Path, community: str) -> None:
        self.http, self.file, self.community = http, file, community

    def judge(self, service: str, console: Console) -> dict[str, Any]:
        form = {"community": self.community, "dry_run": "true"}
        files = {"file": (self.file.name, self.file.read_bytes())}
        key = {"Idempotency-Key": str(uuid4())}
        job = Running.checked(self.http.post(f"/{service}/v1/imports", data=form, files=files, headers=key))
        return self.followed(service, job, console)

    def apply(self, service: str, job: dict[str, Any], console: Console) -> dict[str, Any]:
        key = {"Idempotency-Key": str(uuid4())}
        job = Running.checked(self.http.post(f"/{service}/v1/imports/{job['id']}/apply", headers=key))
        return self.followed(service, job, console)

    def followed(self, service: str, job: dict[str, Any], console: Console) -> dict[str, Any]:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            row = bar.add_task(self.file.name, total=None)
            while job["state"] not in AT_REST:
                bar.update(row, description=f"{service} · {STATES[job['state']]}", total=job["rows_total"],
                           completed=job["rows_done"])
                time.sleep(LOOK_AGAIN_SECONDS)
                job = Running.checked(self.http.get(f"/{service}/v1/imports/{job['id']}"))
        return job

    def rows(self, service: str, job: dict[str, Any], outcome: str) -> Iterator[dict[str, Any]]:
        query: dict[str, Any] = {"outcome": outcome, "limit": 200}
        while True:
            page = Running.checked(self.http.get(f"/{service}/v1/imports/{job['id']}/rows", params=query))
            yield from page["items"]
            if page["next"] is None:
                return
            query["after"] = page["next"]


def is_ours(job: dict[str, Any]) -> bool:
    return job["problem"] is None or job["problem"]["code"] not in NOT_OURS


def show(console: Console, service: str, job: dict[str, Any], *kinds: Iterator[dict[str, Any]]) -> None:
    language = "zh" if speaks_chinese() else "en"
    console.print(f"[bold]{service}[/] · {job['file_name']} · {STATES[job['state']]}")
    if job["problem"]:
        console.print(job["problem"][language], style="red", markup=False)
    for sheet in job["sheets"]:
        counts = "，".join(f"{words} {sheet['counts'][name]}" for name, words in COUNTS.items() if sheet["counts"][name])
        name = sheet[f"list_{language}"] or "—"
        notes = " ".join(note[language] for note in sheet["notes"])
        console.print(f"  {sheet['sheet']} · {name} · {counts} {notes}", markup=False)
    rows = [row for kind in kinds for row in kind]
    if rows:
        console.print(table_of(rows[:SHOWN_ROWS], language))
    if len(rows) > SHOWN_ROWS:
        console.print(str(Words(f"还有 {len(rows) - SHOWN_ROWS} 行", f"and {len(rows) - SHOWN_ROWS} more rows")))


def table_of(rows: list[dict[str, Any]], language: str) -> Table:
    table = Table(title=str(Words("没有收下的行", "Rows that were not taken")), show_lines=False)
    for header in (Words("表", "sheet"), Words("行", "row"), Words("列", "column"), Words("原因", "why"), Words("原文", "as written")):
        table.add_column(str(header), overflow="fold")
    for row in rows:
        column = " ".join(filter(None, (row["column"], row["header"])))
        table.add_row(row["sheet"], str(row["row"]), column, row[language], row["raw"])
    return table
