"""A load generator that costs little itself: keep-alive connections, one request in flight on each."""

import asyncio
import time
from dataclasses import dataclass, field

import httptools


@dataclass
class Load:
    """`seconds` from the first request to the last answer; `statuses` counts answers by status."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


class Connection(asyncio.Protocol):
    """Sends the same request again as soon as the answer is complete, or every `pause` seconds, until told to stop."""

    def __init__(self, request: bytes, load: Load, until: float, pause: float = 0.0) -> None:
        self.request, self.load, self.until, self.pause = request, load, until, pause
        self.due = time.perf_counter()
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        status = self.parser.get_status_code()
        self.load.statuses[status] = self.load.statuses.get(status, 0) + 1
        self.due = self.due + self.pause if self.pause else time.perf_counter()
        if self.due < self.until:
            asyncio.get_running_loop().call_later(max(0.0, self.due - time.perf_counter()), self.send)
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def press(
    host: str, port: int, request: bytes, *, connections: int, seconds: float, per_second: float | None = None,
) -> Load:
    """As many requests as the server answers in that time, or `per_second` spread over the connections."""
    load, begun = Load(), time.perf_counter()
    loop, pause = asyncio.get_running_loop(), connections / per_second if per_second else 0.0
    made = []
    for _ in range(connections):
        made.append(await loop.create_connection(lambda: Connection(request, load, begun + seconds, pause), host, port))
        await asyncio.sleep(pause / connections)
    await asyncio.gather(*(protocol.done for _, protocol in made))
    load.seconds = time.perf_counter() - begun
    return load
