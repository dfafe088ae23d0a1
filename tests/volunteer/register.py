"""The register as the volunteer service asks for it over HTTP: some answers, or away."""

from typing import Any

from shared.http.problems import NotFound, Unavailable
from shared.testing import TestService


class Register:
    """Stands where `Peers` does. `asked`: the paths, in order."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.is_away = False
        self.asked: list[str] = []

    async def get(self, service: str, path: str) -> Any:
        self.asked.append(path)
        if self.is_away:
            raise Unavailable(service=service)
        if path not in self.answers:
            raise NotFound(service=service)
        return self.answers[path]

    async def close(self) -> None:
        pass


async def with_register(volunteer: TestService) -> Register:
    await volunteer.state.peers.close()
    volunteer.state.peers = register = Register()
    return register
