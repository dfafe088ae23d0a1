"""The four services and the issuer, and the routes each of them has."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.eldercare.main import app as eldercare
from services.mediation.main import app as mediation
from services.resources.main import app as resources
from services.volunteer.main import app as volunteer
from shared.identity.caller import Permitted
from shared.identity.main import app as identity

APPS: dict[str, FastAPI] = {
    app.state.service: app for app in (volunteer, mediation, eldercare, resources)
}
ALL_APPS: dict[str, FastAPI] = APPS | {"identity": identity}
"""With the issuer, which is no service, but is asked like one."""


class Served(NamedTuple):
    """`gates`: the permissions its dependencies require; None in it is anybody who is signed in."""

    method: str
    path: str
    gates: tuple[str | None, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def operations(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path template) of everything in the OpenAPI document."""
    return [(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item]


def served(app: FastAPI) -> list[Served]:
    """Every route there is, also what the OpenAPI document does not tell of."""
    return [
        Served(method, prefix + route.path, tuple(gates_of(route.dependant)) if isinstance(route, APIRoute) else ())
        for prefix, route in flat(app.routes) for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD"})
    ]


def flat(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield prefix, route
        else:
            yield from flat(inner.routes, prefix + route.include_context.prefix)


def gates_of(dependant: Any) -> Iterator[str | None]:
    if isinstance(dependant.call, Permitted):
        yield dependant.call.permission
    for inner in dependant.dependencies:
        yield from gates_of(inner)
