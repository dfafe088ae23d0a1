"""An application of this process behind a real socket and a real HTTP server, and clients who know no manners."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import uvicorn
from fastapi import FastAPI


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[int]:
    """The port. As deploy/serve.py runs it; its lifespan has begun already."""
    at = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(
        app, lifespan="off", loop="asyncio", http="httptools", access_log=False, log_level="error", server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve(sockets=[at]))
    try:
        yield at.getsockname()[1]
    finally:
        server.should_exit = True
        await running
        at.close()


class Heard(NamedTuple):
    """`sent`: bytes of the body that went out before the other side had enough; `closed`: it ended the connection."""

    status: int
    head: str
    body: str
    sent: int
    closed: bool


async def pour(port: int, head: str, piece: bytes, most: int, *, chunked: bool = True) -> Heard:
    """Sends `piece` again and again, up to `most` bytes, until an answer comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = asyncio.create_task(answer_of(reader))
    writer.write(head.replace("\n", "\r\n").encode())
    sent = 0
    try:
        while sent < most and not answered.done():
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if chunked else piece)
            await writer.drain()
            sent += len(piece)
            await asyncio.sleep(0)
        async with asyncio.timeout(60):
            text = await answered
            closed = await ends(reader)
    except ConnectionError:
        text, closed = await answered, True
    finally:
        writer.close()
    head, _, body = text.partition("\r\n\r\n")
    return Heard(int(head.split()[1]), head.lower(), body, sent, closed)


async def answer_of(reader: asyncio.StreamReader) -> str:
    """As much of it as came: who sends too much may see the connection reset behind the answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
    return head + (await reader.readexactly(length)).decode()


async def ends(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(1) == b""
    except ConnectionError:
        return True
