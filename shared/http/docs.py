"""API docs whose files come with the installation: they open where there is no internet."""

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
        return get_swagger_ui_html(
            openapi_url=f"{prefix}/openapi.json",
            title=f"{app.title} · API",
            swagger_js_url=f"{prefix}/docs-files/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}/docs-files/swagger-ui.css",
            swagger_favicon_url=f"{prefix}/docs-files/favicon.png",
        )

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> JSONResponse:
        """With the place it is served at, so that "try it out" finds the way through the gateway."""
        return JSONResponse(app.openapi() | {"servers": [{"url": request.headers.get("x-forwarded-prefix", "") or "/"}]})

    app.include_router(router)
    app.mount("/docs-files", StaticFiles(directory=FILES), name="docs-files")
