"""Imports of volunteers and patrol notebooks over HTTP."""

from services.volunteer.imports.actions import importer
from shared.imports.http import import_router

router = import_router(importer)
