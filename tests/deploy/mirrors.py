"""The gateway before small applications, each of which tells what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

from deploy.local.folder import DataFolder
from deploy.local.gateway import Gateway
from deploy.local.ports import LOOPBACK, free_port
from deploy.topology import APPLICATIONS


class Mirror(BaseHTTPRequestHandler):
    """Tells what it was asked. `/refused` is answered before the body is read, `/broken` not at all, `/half` in part."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            length = self.read_chunks()
        if self.path.startswith(("/broken", "/half")):
            self.close_connection = True
            if self.path.startswith("/half"):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            return
        early = self.path == "/refused"
        if not early and "Content-Length" in self.headers:
            self.rfile.read(length)
        told = {"path": self.path, "length": length, "headers": {name.lower(): value for name, value in self.headers.items()}}
        body = json.dumps(told).encode()
        self.send_response(401 if early else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if early:
            self.rfile.read(length)

    do_POST = do_GET

    def read_chunks(self) -> int:
        length = 0
        while size := int(self.rfile.readline() or b"0", 16):
            length += len(self.rfile.read(size + 2)) - 2
        self.rfile.readline()
        return length

    def version_string(self) -> str:
        return "mirror/1.0"

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def before_mirrors(data: Path, **environment: str) -> Iterator[Gateway]:
    """`environment` as deploy/Caddyfile reads it."""
    folder = DataFolder(data)
    folder.claim()
    servers = {name: ThreadingHTTPServer((LOOPBACK, 0), Mirror) for name in APPLICATIONS}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    running = Gateway(folder, free_port(), {
        name: SimpleNamespace(port=server.server_address[1]) for name, server in servers.items()})
    running.environment = environment
    running.start()
    try:
        yield running
    finally:
        running.stop()
        folder.release()
        for server in servers.values():
            server.shutdown()
