"""Imports of registers, places, organisations and stock over HTTP."""

from services.resources.imports.actions import importer
from shared.imports.http import import_router

router = import_router(importer)
