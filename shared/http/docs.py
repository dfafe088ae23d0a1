"""API docs whose files come with the installation: they open where there is no internet."""

import base64
import hashlib
import re
from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles

FILES = Path(fastapi_offline.__file__).parent / "static"


def install(app: FastAPI) -> None:
    router = APIRouter()

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        prefix = request.headers.get("x-forwarded-prefix", "")
        page = get_swagger_ui_html(
            openapi_url=f"{prefix}/openapi.json",
            title=f"{app.title} · API",
            swagger_js_url=f"{prefix}/docs-files/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}/docs-files/swagger-ui.css",
            swagger_favicon_url=f"{prefix}/docs-files/favicon.png",
        )
        page.headers["Content-Security-Policy"] = policy(page.body)
        return page

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> JSONResponse:
        """With the place it is served at, so that "try it out" finds the way through the gateway."""
        return JSONResponse(app.openapi() | {"servers": [{"url": request.headers.get("x-forwarded-prefix", "") or "/"}]})

    app.include_router(router)
    app.mount("/docs-files", StaticFiles(directory=FILES), name="docs-files")


def policy(page: bytes) -> str:
    """Its own files, its own one script by its hash, and calls to us. Swagger UI writes style attributes and data images."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
                      for script in re.findall(rb"<script>(.*?)</script>", page, re.DOTALL))
    return (f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
