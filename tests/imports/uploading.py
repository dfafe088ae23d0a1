"""Uploads a file as a client does, and polls until the import has come to rest."""

import asyncio
from pathlib import Path

from shared.testing import TestService

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
AT_REST = {"judged", "done", "failed"}
PATIENCE_SECONDS = 60


async def upload(
    service: TestService, who: dict[str, str], name: str, content: bytes, *, community: str = "yingui",
    dry_run: bool = False, **headers: str,
) -> dict:
    answer = await service.client.post(
        "/v1/imports", files={"file": (name, content)}, headers=who | headers,
        data={"community": community, "dry_run": str(dry_run).lower()})
    assert answer.status_code == 202, answer.text
    return answer.json()


async def at_rest(service: TestService, who: dict[str, str], job: dict) -> dict:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (answer := (await service.get(f"/v1/imports/{job['id']}", who)).json())["state"] not in AT_REST:
            await asyncio.sleep(0.05)
    return answer


async def imported(service: TestService, who: dict[str, str], path: Path, **options) -> dict:
    job = await upload(service, who, path.name, path.read_bytes(), **options)
    return await at_rest(service, who, job)


async def rows(service: TestService, who: dict[str, str], job: dict, outcome: str) -> list[dict]:
    found, after = [], ""
    while after is not None:
        path = f"/v1/imports/{job['id']}/rows?outcome={outcome}&limit=200" + (f"&after={after}" if after else "")
        page = (await service.get(path, who)).json()
        found, after = found + page["items"], page["next"]
    return found
