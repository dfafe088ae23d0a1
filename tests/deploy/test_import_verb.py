"""./linli import, against answers as the services give them: judged by both, applied where it belongs."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from deploy.verbs.import_file import Upload, is_ours, show

COUNTS = {"rows": 3, "accepted": 1, "linked": 1, "held": 0, "refused": 1, "warned": 0}
REFUSED = {"sheet": "居民", "row": 7, "column": "B", "header": "姓名", "code": "missing_name", "zh": "没有姓名（名称）。",
           "en": "There is no name.", "text": "", "raw": "3 | 空房"}


def job(state: str, problem: dict | None = None) -> dict:
    sheet = {"sheet": "居民", "list_zh": "居民花名册", "list_en": "residents' register", "counts": COUNTS, "notes": []}
    return {"id": "7", "state": state, "file_name": "名册.csv", "problem": problem, "rows_done": 1, "rows_total": 3,
            "sheets": [] if problem else [sheet]}


def services(asked: list[str]) -> httpx.MockTransport:
    states: Iterator[str] = iter(("queued", "reading", "judged", "queued", "applying", "done"))
    elsewhere = job("failed", {"code": "belongs_elsewhere", "zh": "不归这里", "en": "Not ours"})

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        if request.url.path.startswith("/volunteer"):
            return httpx.Response(202, json=elsewhere)
        if request.url.path.endswith("/rows"):
            page = "after" in request.url.params
            return httpx.Response(200, json={"items": [REFUSED], "next": None if page else "1"})
        return httpx.Response(200, json=job(next(states)))

    return httpx.MockTransport(answer)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "名册.csv"
    path.write_text("姓名\n")
    return path


def test_a_file_is_judged_followed_and_applied(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.verbs.import_file.LOOK_AGAIN_SECONDS", 0)
    asked: list[str] = []
    console = Console(record=True, width=120, force_terminal=False)
    with httpx.Client(transport=services(asked), base_url="http://gateway.test") as http:
        upload = Upload(http, file, "yingui")
        judged = upload.judge("resources", console)
        assert (judged["state"], is_ours(judged)) == ("judged", True)
        assert not is_ours(upload.judge("volunteer", console))
        done = upload.apply("resources", judged, console)
        show(console, "resources", done, upload.rows("resources", done, "refused"))
    assert asked[0] == "POST /resources/v1/imports"
    assert "POST /resources/v1/imports/7/apply" in asked
    assert sum(one.endswith("/rows") for one in asked) == 2
    shown = console.export_text()
    assert "名册.csv" in shown and "3 | 空房" in shown and "B 姓名" in shown
