"""A whole neighbourhood on this machine: PostgreSQL, NATS, the five applications and the gateway, started and kept up.

    with Neighbourhood(Path("data")) as neighbourhood:
        neighbourhood.gateway_url                   # all is ready here
        neighbourhood.part("volunteer").kill()      # and is back a moment later

With `DATABASE_URL` (a superuser's) or `NATS_URL` in the environment, no such server is started and that one is used.
"""

import asyncio
import errno
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from deploy import databases, streams
from deploy.databases import BACKUP, url_for
from deploy.keys import Keys
from deploy.local.application import Application, environment_of, make_applications
from deploy.local.disk import full_disk
from deploy.local.folder import DataFolder
from deploy.local.gateway import Gateway
from deploy.local.migrations import migrate
from deploy.local.nats import Nats
from deploy.local.part import Part
from deploy.local.ports import free_port, refuse_taken_port
from deploy.local.postgres import Postgres
from deploy.local.revival import Revival, Say
from deploy.local.state import myself
from deploy.topology import OPERATOR
from deploy.words import Words


class Neighbourhood:
    """`port=0` takes a free one. `environment` is given to every application besides what it needs.

    `say(name, words)` hears what happens, `on_line(name, line)` every line that a process writes.
    """

    def __init__(
        self, data_dir: Path, *, port: int = 0, fsync: bool = True, environment: Mapping[str, str] | None = None,
        say: Say = lambda name, words: None, on_line: Callable[[str, str], None] = lambda name, line: None,
    ) -> None:
        self.folder = DataFolder(data_dir)
        self.keys = Keys(self.folder.secrets)
        self.say, self.on_line = say, on_line
        self.port, self.fsync, self.environment = port, fsync, dict(environment or {})
        self.external_database, self.external_nats = os.environ.get("DATABASE_URL"), os.environ.get("NATS_URL")
        self.revival = Revival(say)
        self.parts: dict[str, Part] = {}
        self.giving_up = threading.Event()
        self._noting = threading.Lock()

    def __enter__(self) -> "Neighbourhood":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def gateway_url(self) -> str:
        return self.part("gateway").url

    @property
    def admin_url(self) -> str:
        return self.external_database or self.part("postgres").admin_url

    @property
    def nats_url(self) -> str:
        return self.external_nats or self.part("nats").url

    @property
    def applications(self) -> dict[str, Application]:
        return {name: part for name, part in self.parts.items() if isinstance(part, Application)}

    def part(self, name: str) -> Part:
        """`postgres`, `nats`, `gateway`, or an application's name. Raises `KeyError` for a server that is external."""
        return self.parts[name]

    def start(self) -> None:
        """Returns when every application answers through the gateway. Raises `Refusal` or `StartFailed`."""
        try:
            self.start_all()
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise full_disk() from None
            raise

    def start_all(self) -> None:
        self.folder.claim()
        for name in self.folder.state.stop_leftovers():
            self.say(name, Words("上次异常中断留下的进程，已停止", "left over from a killed run, stopped"))
        if self.port:
            refuse_taken_port(self.port)
        self.keys.make()
        self.make_parts()
        with ThreadPoolExecutor() as together:
            try:
                messages = together.submit(self.start_messages)
                self.start_databases()
                messages.result()
                self.each(together, self.bring_up, self.applications.values())
            except BaseException:
                self.giving_up.set()  # so that the threads end, which the executor waits for
                raise
        self.bring_up(self.part("gateway"))

    def make_parts(self) -> None:
        folder, applications = self.folder, make_applications(self.folder)
        parts: list[Part] = [*applications.values(), Gateway(folder, self.port or free_port(), applications)]
        if not self.external_nats:
            parts.append(Nats(folder.nats, folder.logs, self.keys))
        if not self.external_database:
            parts.append(Postgres(folder.postgres, folder.logs, self.keys.password(databases.ADMIN), fsync=self.fsync))
        self.parts = {part.name: part for part in parts}
        for part in parts:
            part.giving_up = self.giving_up
            part.on_spawn, part.on_exit = self.note, self.revival.ended
        for application in applications.values():
            application.environment = self.environment | environment_of(
                application, applications, self.keys, self.admin_url, self.nats_url, self.gateway_url)

    def start_databases(self) -> None:
        if not self.external_database:
            self.bring_up(self.part("postgres"))
        password = None if self.external_database else self.part("postgres").admin_password
        asyncio.run(databases.declare(self.admin_url, password, lambda role: self.keys.password(role).read_text().strip()))
        migrate(self.admin_url, self.keys, self.folder, self.giving_up)
        self.say("postgres", Words("数据库已就绪", "the databases are ready"))

    def start_messages(self) -> None:
        if not self.external_nats:
            self.bring_up(self.part("nats"))
        asyncio.run(streams.declare_at(self.nats_url, self.keys.seed(OPERATOR)))
        self.say("nats", Words("消息流已就绪", "the streams are ready"))

    @staticmethod
    def each(together: ThreadPoolExecutor, action: Callable, parts: Iterable[Part]) -> None:
        """Side by side; the first failure is raised."""
        for _ in together.map(action, parts):
            pass

    def bring_up(self, part: Part) -> None:
        part.start()
        part.on_line = self.on_line  # what it said before, a `StartFailed` would have told
        self.revival.watch(part)
        self.say(part.name, Words("已启动", "is up"))

    def take_down(self, name: str) -> None:
        """Stops one part and leaves it down; `bring_up(part)` ends that."""
        self.revival.let_go(self.part(name))
        self.part(name).stop()

    def note(self, part: Part) -> None:
        """Keeps the state file true at every start of a process, so that a killed run can be cleaned up after."""
        with self._noting:
            running = {name: each.process for name, each in self.parts.items() if each.is_running}
            with suppress(OSError):  # on a full disk the servers still matter more than what is written about them
                self.folder.state.write({
                    **myself(),
                    "gateway_url": self.gateway_url,
                    "nats_url": self.nats_url,
                    "nats_monitor_url": None if self.external_nats else self.part("nats").monitor_url,
                    "databases": {name: url_for(self.admin_url, name, BACKUP) for name in self.applications},
                    "applications": {name: each.url for name, each in self.applications.items()},
                    "processes": {name: {"pid": one.pid, "started": one.started} for name, one in running.items()},
                })

    def stop(self) -> None:
        """The gateway and the applications finish their requests, then NATS, then PostgreSQL."""
        self.giving_up.set()
        self.revival.close()
        servers = {name: self.parts[name] for name in ("nats", "postgres") if name in self.parts}
        with ThreadPoolExecutor() as together:
            self.each(together, Part.stop, [part for part in self.parts.values() if part not in servers.values()])
        for server in servers.values():
            server.stop()
        self.folder.release()
