"""Who an entry names: the account and roles of a request, or the service itself."""

from functools import lru_cache
from typing import Any

from shared.identity.caller import Caller
from shared.identity.tokens import subject_of_service
from shared.settings import SERVICES

KNOWN_SERVICES = {str(subject_of_service(service)): f"service:{service}" for service in SERVICES}


def who_listened(service: str) -> dict[str, Any]:
    return {"actor": f"service:{service}"}


def who_asked(request: Any) -> dict[str, Any]:
    """As the route knows them at its end: for somebody who is not to be known, `anonymous`."""
    caller = getattr(request.state, "caller", None)
    route = getattr(request.scope.get("route"), "path", None)
    asked = {"route": f"{request.method} {route}"}
    if caller is None:
        return asked | {"actor": "nobody"}
    return asked | named(caller)


@lru_cache(maxsize=4096)
def named(caller: Caller) -> dict[str, Any]:
    """Asked for at every write; a caller of a remembered token is an equal one each time."""
    return {
        "actor": KNOWN_SERVICES.get(caller.subject, caller.subject),
        "roles": sorted({grant.role for grant in caller.holding() or caller.grants}),
        "permission": caller.permission,
        "session": caller.session_id,
    }
