"""The gateway before small applications of our own: what it passes on, what it takes away, how it refuses."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from mirrors import before_mirrors
from patience import until

from deploy.local.gateway import Gateway
from deploy.topology import APPLICATIONS

MEGABYTE = b"x" * 2**20
CLAIMED = {
    "X-User-Id": "1", "X-User": "root", "X-Auth-Request-User": "root", "X-Forwarded-User": "root",
    "X-Forwarded-Prefix": "/elsewhere", "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https",
    "X-Original-Url": "/admin", "X-Rewrite-Url": "/admin", "X-Real-Ip": "6.6.6.6", "Remote-User": "root",
    "Forwarded": "for=6.6.6.6",
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with before_mirrors(tmp_path_factory.mktemp("gateway") / "data") as running:
        yield running


@pytest.fixture
def http(gateway: Gateway) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.url, trust_env=False, timeout=20) as client:
        yield client


def problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_prefix_is_taken_off_and_told(http: httpx.Client, name: str) -> None:
    told = http.get(f"/{name}/v1/things/邻?q=1").json()
    assert told["path"] == "/v1/things/%E9%82%BB?q=1"
    assert told["headers"]["x-forwarded-prefix"] == f"/{name}"


def test_what_a_client_claims_to_be_never_arrives(http: httpx.Client) -> None:
    headers = http.get("/volunteer/echo", headers=CLAIMED | {"Authorization": "Bearer t"}).json()["headers"]
    assert headers["authorization"] == "Bearer t"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert not {"root", "/admin", "6.6.6.6", "for=6.6.6.6", "/elsewhere", "1"} & set(headers.values())


def test_cookies_are_the_issuers_alone(http: httpx.Client) -> None:
    held = {"Cookie": "__Host-linli_refresh=secret"}
    arrived = {name: "cookie" in http.get(f"/{name}/echo", headers=held).json()["headers"] for name in APPLICATIONS}
    assert arrived == dict.fromkeys(APPLICATIONS, False) | {"identity": True}


def test_the_issuer_is_found_where_rfc_8414_looks_for_it(http: httpx.Client) -> None:
    told = http.get("/.well-known/oauth-authorization-server/identity").json()
    assert told["path"] == "/.well-known/oauth-authorization-server"


def test_a_request_has_an_id(http: httpx.Client) -> None:
    first, second = (http.get("/volunteer/echo").json()["headers"]["x-request-id"] for _ in range(2))
    assert first != second
    assert http.get("/volunteer/echo", headers={"X-Request-Id": "my-own-1"}).json()["headers"]["x-request-id"] == "my-own-1"


@pytest.mark.parametrize("path", ["/nothing", "/volunteers/docs", "/welcome.html"])
def test_what_is_not_there_is_a_problem(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    assert problem(answer) == {"type": "urn:linli:problem:not-found", "title": "没有找到", "status": 404}


WRITTEN_OTHERWISE = ("/{}", "/{}/", "//{}", "/./{}", "/v1/../{}", "/%2e/{}", "/{}/x", "/{}?full=1")


@pytest.mark.parametrize("name", APPLICATIONS)
@pytest.mark.parametrize("path", ["readyz", "livez", "metrics", "READYZ", "%72eadyz", "m%65trics"])
def test_how_we_are_is_nobodys_outside(http: httpx.Client, name: str, path: str) -> None:
    """The mirrors answer on every path: what is refused here has not reached them."""
    for written in WRITTEN_OTHERWISE:
        answer = http.get(f"/{name}{written.format(path)}")
        assert (written, answer.status_code) == (written, 404)
        assert problem(answer)["type"] == "urn:linli:problem:not-found"


@pytest.mark.parametrize(("asked", "title"), [
    (None, "没有找到"), ("zh-CN,en;q=0.5", "没有找到"), ("en", "Not found"), ("en-GB, zh", "Not found"),
    ("fr;q=1, en;q=0.5", "Not found"), ("fr", "没有找到"), ("fr, zh, en", "没有找到"), ("EN-US", "Not found")])
def test_a_problem_speaks_the_callers_language(http: httpx.Client, asked: str | None, title: str) -> None:
    assert problem(http.get("/nothing", headers={"Accept-Language": asked} if asked else {}))["title"] == title


@pytest.mark.parametrize(("path", "megabytes", "status"), [
    ("/volunteer/v1/hazards", 1, 200), ("/volunteer/v1/hazards", 3, 413),
    ("/resources/v1/imports", 20, 200), ("/resources/v1/imports", 40, 413)])
def test_a_body_may_be_so_large(http: httpx.Client, path: str, megabytes: int, status: int) -> None:
    answer = http.post(path, content=MEGABYTE * megabytes)
    assert answer.status_code == status
    if status == 413:
        assert problem(answer)["type"] == "urn:linli:problem:too-large"


@pytest.mark.parametrize("path", ["/volunteer/v1/hazards", "/volunteer/refused"])
def test_a_body_that_nobody_read_is_not_taken_for_the_next_request(gateway: Gateway, path: str) -> None:
    for _ in range(10):
        with httpx.Client(base_url=gateway.url, trust_env=False) as client:
            client.get("/volunteer/echo")
            try:
                assert client.post(path, content=MEGABYTE * 3).status_code in (401, 413)
            except httpx.TransportError:
                continue  # the answer was there before the body was: the connection is closed, as it should be
            assert client.post("/volunteer/echo", content=b"y").json()["length"] == 1


def test_the_landing_page_needs_nothing_from_elsewhere(http: httpx.Client) -> None:
    page = http.get("/")
    assert all(f'href="/{name}/docs"' in page.text for name in APPLICATIONS)
    assert "http" not in page.text.replace("<!doctype html>", "").replace("<html", "").replace("</html", "")
    assert page.headers["x-content-type-options"] == "nosniff"


def test_a_prefix_alone_leads_to_the_documentation(http: httpx.Client) -> None:
    assert http.get("/volunteer").headers["location"] == "/volunteer/docs"


def test_it_writes_into_its_folder_alone(gateway: Gateway) -> None:
    assert {path.name for path in gateway.folder.iterdir()} <= {"caddy", "locks", "last_clean.json"}


def test_an_application_that_does_not_answer_is_a_problem_to_try_again(http: httpx.Client) -> None:
    answer = http.post("/volunteer/broken")
    assert answer.status_code == 502
    assert answer.headers["retry-after"] == "2"
    assert problem(answer)["type"] == "urn:linli:problem:unavailable"


def test_a_log_line_holds_no_query_and_no_header(gateway: Gateway, http: httpx.Client) -> None:
    with pytest.raises(httpx.TransportError):
        http.post("/volunteer/half?phone=13800000000", headers={"X-Probe": "13800000001"})
    until(lambda: "/half" in gateway.log.read_text())
    assert "1380000000" not in gateway.log.read_text()
