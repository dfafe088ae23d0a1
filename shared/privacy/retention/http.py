"""Retention over HTTP: the dry run, the approval, and how far it has come."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from shared.clock import Now
from shared.db import Read, Tx
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.identity.caller import requires
from shared.privacy.retention import acting
from shared.privacy.retention.classes import RetentionClass
from shared.privacy.retention.models import ApprovalIn, ApprovalOut, DueOut, PreviewOut, RetentionTables
from shared.types import Community

ReadRetention = requires("retention:read")
Approve = requires("retention:approve")


def retention_router(classes: Sequence[RetentionClass], tables: RetentionTables) -> APIRouter:
    router = APIRouter(prefix="/v1/retention", tags=["rights"])

    @router.get("/preview")
    async def preview(
        caller: ReadRetention, session: Read, now: Now, community: Annotated[Community, Query()],
    ) -> PreviewOut:
        """What would be restricted, anonymised or deleted now. Changes nothing."""
        caller.must_reach(community)
        rows = [await acting.count(session, one, tables, community, now) for one in classes]
        return PreviewOut(community=community, as_of=now, classes=[
            DueOut(code=one.code, zh=one.what.zh, en=one.what.en, period=f"P{one.months}M", action=one.action,
                   source=one.source, since=one.since, rows=number)
            for one, number in zip(classes, rows, strict=True)])

    @router.get("/approvals")
    async def list_approvals(
        caller: ReadRetention, session: Read, query: Paging, community: Community | None = None,
    ) -> Page[ApprovalOut]:
        """Who approved what, and how far it has come."""
        return await page_of(session, tables.approval, query, caller.scope(tables.approval.community, community))

    @router.post("/approvals", status_code=201)
    @idempotent
    async def approve(body: ApprovalIn, caller: Approve, tx: Tx, now: Now) -> ApprovalOut:
        """Of what the preview showed, and of nothing else; a job does it, batch by batch."""
        caller.must_reach(body.community)
        return await acting.approve(tx, classes, tables, body, by=caller.subject, now=now)

    return router
