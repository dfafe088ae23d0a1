"""Imports over HTTP, alike in every service that has them."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response, UploadFile
from pydantic import Field as Rule
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import GREATEST_LIMIT, Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.http.problems import TooLarge
from shared.identity.caller import requires
from shared.imports import actions
from shared.imports.corrections import corrections
from shared.imports.importer import Importer, ImportTables
from shared.imports.models import ImportOut, OutcomeKind, OutcomeOut
from shared.imports.rules import Unusable
from shared.spreadsheets.glance import MAX_FILE_BYTES, refuse_at_sight
from shared.spreadsheets.unreadable import UnreadableFile
from shared.spreadsheets.writing import xlsx_of
from shared.types import Community, In

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ImportsRun = requires("imports:run")
RowsRead = requires("imports:read_rows")

Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,9}$", description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, description=f"At most {GREATEST_LIMIT}; more is answered with that many")]


class FileIn(In):
    """A form, of which a field nobody knows is refused as it is of any other body."""

    file: UploadFile
    community: Community
    dry_run: bool = Rule(default=True, description="Judge every row, save nothing")


def import_router(importer: Importer) -> APIRouter:
    router = APIRouter(prefix="/v1/imports", tags=["imports"])
    add_commands(router, importer)
    add_reports(router, importer.tables)
    return router


def add_commands(router: APIRouter, importer: Importer) -> None:
    tables = importer.tables

    @router.post("", status_code=202)
    @idempotent
    async def import_file(
        request: Request, form: Annotated[FileIn, Form(media_type="multipart/form-data")], caller: ImportsRun, tx: Tx,
        now: Now,
    ) -> ImportOut:
        """A .xlsx, .xls or delimited text. Poll `GET /v1/imports/{id}`; nothing is saved unless all of it is."""
        caller.must_reach(form.community)
        content = await content_of(form.file)
        context = await importer.prepare(request, tx, form.community)
        job = actions.take_in(
            tx, tables, file_name=form.file.filename or "", content=content, community=form.community,
            dry_run=form.dry_run, context=context, by=caller.subject, now=now)
        wake_after_commit(tx, request)
        return actions.described(job)

    @router.post("/{id}/apply", status_code=202)
    @idempotent
    async def apply_import(
        request: Request, id: UUID, caller: ImportsRun, tx: Tx, now: Now, seen: IfMatch,
    ) -> ImportOut:
        """After a dry run: saves what it promised, judged anew against what is known by then."""
        job = caller.must_find(await locked(tx, tables.job, id, expected_version=seen))
        context = await importer.prepare(request, tx, job.community)
        job = actions.ask_to_apply(job, context, now)
        wake_after_commit(tx, request)
        return actions.described(job)


def add_reports(router: APIRouter, tables: ImportTables) -> None:
    @router.get("")
    async def list_imports(
        caller: ImportsRun, session: Read, query: Paging, community: Community | None = None,
    ) -> Page[ImportOut]:
        page = await page_of(session, tables.job, query, caller.scope(tables.job.community, community))
        return Page[ImportOut](items=[actions.described(job) for job in page.items], next=page.next)

    @router.get("/{id}")
    async def read_import(id: UUID, caller: ImportsRun, session: Read, response: Response) -> ImportOut:
        job: Any = tagged(response, caller.must_find(await found(session, tables.job, id)))
        return actions.described(job)

    @router.get("/{id}/rows")
    async def list_rows(
        id: UUID, caller: RowsRead, session: Read, outcome: OutcomeKind | None = None, limit: Limit = 50,
        after: Cursor = None,
    ) -> Page[OutcomeOut]:
        """What became of every row and why, in the order of the file; until a month after the import has ended.

        Shows the rows as they were written, so only to the importer.
        """
        mine = caller.within(tables.job.community, own=tables.job.submitted_by == caller.subject)
        await found(session, tables.job, id, within=mine)
        limit = min(limit, GREATEST_LIMIT)
        rows = await actions.outcomes_of(session, tables, id, outcome, int(after or 0), limit + 1)
        following = str(rows[limit - 1].position) if len(rows) > limit else None
        return Page[OutcomeOut](items=[actions.outcome_out(row) for row in rows[:limit]], next=following)

    @router.get("/{id}/corrections.xlsx", response_class=Response, responses={200: {"content": {XLSX: {}}}})
    async def read_corrections(id: UUID, caller: RowsRead, session: Read) -> Response:
        """The rows that were refused or held, as a spreadsheet to put right and import again. No cell in it is executed."""
        mine = caller.within(tables.job.community, own=tables.job.submitted_by == caller.subject)
        job: Any = await found(session, tables.job, id, within=mine)
        rows = await actions.not_taken(session, tables, id)
        sheets = corrections((job.report or {}).get("sheets", []), rows)
        return Response(await asyncio.to_thread(xlsx_of, sheets), media_type=XLSX, headers={
            "Content-Disposition": f'attachment; filename="corrections-{id}.xlsx"'})


def wake_after_commit(tx: AsyncSession, request: Request) -> None:
    """Not before: what is not committed is not there for the worker."""
    tx.info.setdefault("afterwards", []).append(request.app.state.wake_imports.set)


async def content_of(file: UploadFile) -> bytes:
    """Raises `TooLarge`, or `Unusable` for what is no spreadsheet at sight."""
    content = await file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge(bytes_at_most=MAX_FILE_BYTES)
    try:
        refuse_at_sight(content, file.filename or "")
    except UnreadableFile as error:
        raise Unusable(error) from None
    return content
