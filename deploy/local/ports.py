"""Loopback ports."""

import errno
import socket

from deploy.words import Refusal

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that the kernel gives to nobody else for a minute, because a closed connection lingers on it.

    Servers set SO_REUSEADDR and bind it all the same, so two neighbourhoods that start at once do not collide.
    """
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((LOOPBACK, 0))
        server.listen(1)
        client.connect(server.getsockname())
        server.accept()[0].close()
        return server.getsockname()[1]


def refuse_taken_port(port: int) -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refusal(f"端口 {port} 已被占用。请用 --port 换一个端口。",
                              f"Port {port} is in use. Choose another one with --port.") from None
            raise Refusal(f"不能使用端口 {port}。请用 --port 换一个 1024 以上的端口。",
                          f"Port {port} may not be used. Choose one above 1024 with --port.") from None
