"""WeChat, or a gateway of text messages, as far as we know them: over real HTTP, on a port of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SESSION_KEY = "c2Vzc2lvbi1rZXktb2Ytd2VjaGF0IQ=="


class ThirdParty:
    """Remembers what it was asked, and answers what it was told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.url = ""
        self.status, self.answer, self.location = 200, {}, ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        method, target, _ = request.split(" ")
        self.asked.append({"method": method, "path": urlsplit(target).path, "query": dict(parse_qsl(urlsplit(target).query)),
                           "headers": headers, "body": json.loads(body) if body else None})
        content = json.dumps(self.answer).encode()
        location = f"Location: {self.location}\r\n" if self.location else ""
        writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(content)}\r\n{location}Connection: close\r\n\r\n".encode())
        writer.write(content)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def third_party() -> AsyncIterator[ThirdParty]:
    party = ThirdParty()
    server = await asyncio.start_server(party.serve, "127.0.0.1", 0)
    party.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield party
    finally:
        server.close()
