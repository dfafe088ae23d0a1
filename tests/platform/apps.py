"""The four services, and the operations each of them offers."""

from fastapi import FastAPI

from services.eldercare.main import app as eldercare
from services.mediation.main import app as mediation
from services.resources.main import app as resources
from services.volunteer.main import app as volunteer

APPS: dict[str, FastAPI] = {
    app.state.service: app for app in (volunteer, mediation, eldercare, resources)
}


def operations(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path template) of everything in the OpenAPI document."""
    return [(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item]
