"""Starts again what crashed, at once at first and then with growing delay, and says so."""

import threading
import time
from collections.abc import Callable
from itertools import chain, repeat

from deploy.local.part import Part, StartFailed, Stopped
from deploy.words import Refusal, Words

DELAYS_SECONDS = (0.1, 0.5, 1, 2, 5, 10)
LONGEST_DELAY_SECONDS = 30
CALM_SECONDS = 120

Say = Callable[[str, Words], None]


class Revival:
    """Watches parts from `watch` on until `let_go`."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._watched: set[Part] = set()
        self._delays: dict[Part, chain] = {}
        self._calm_since: dict[Part, float] = {}
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()

    def watch(self, part: Part) -> None:
        """Call it when the part is ready. One that has died in the meantime is revived, too."""
        with self._lock:
            self._watched.add(part)
            self._calm_since[part] = time.monotonic()
        if not part.is_running:
            self.ended(part)

    def let_go(self, part: Part) -> None:
        with self._lock:
            self._watched.discard(part)

    def close(self) -> None:
        """Returns when nothing is being revived any more. Parts that are starting have to be told to give up before."""
        self._closing.set()
        with self._lock:
            self._watched.clear()
        for thread in self._threads:
            thread.join()

    def ended(self, part: Part) -> None:
        """Told by the part's own thread when its process is gone."""
        with self._lock:
            if part not in self._watched or part.is_running:
                return
            self._watched.discard(part)
            thread = threading.Thread(target=self._revive, args=(part,), name=f"revive {part.name}", daemon=True)
            self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
            thread.start()

    def _revive(self, part: Part) -> None:
        code = part.process.exit_code
        while not self._closing.is_set():
            delay = self._next_delay(part)
            self._say(part.name, Words(f"意外退出（代码 {code}），{delay:g} 秒后重新启动",
                                       f"ended unexpectedly (code {code}), starts again in {delay:g} s"))
            if self._closing.wait(delay):
                return
            try:
                part.start()
            except Stopped:
                return
            except (StartFailed, Refusal, OSError) as error:
                code = part.process.exit_code
                self._say(part.name, words_of(error))
                continue
            self._say(part.name, Words("已恢复", "is back"))
            self.watch(part)
            return

    def _next_delay(self, part: Part) -> float:
        calm = time.monotonic() - self._calm_since.get(part, 0) > CALM_SECONDS
        if calm or part not in self._delays:
            self._delays[part] = chain(DELAYS_SECONDS, repeat(LONGEST_DELAY_SECONDS))
        self._calm_since[part] = time.monotonic()
        return next(self._delays[part])


def words_of(error: Exception) -> Words:
    if isinstance(error, Refusal):
        return error.words
    last = (error.last_lines or ["?"])[-1] if isinstance(error, StartFailed) else str(error)
    return Words(f"没有启动成功：{last}", f"did not start: {last}")
