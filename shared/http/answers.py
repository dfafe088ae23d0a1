"""Turns refusals of every origin into problem documents in the caller's language."""

import json

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from shared.db import is_away, is_refused_value
from shared.http.problems import (
    MEDIA_TYPE,
    BadRequest,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    ProblemOut,
    TooLarge,
    Unavailable,
    Words,
)
from shared.http.validation import invalid_fields

BY_STATUS: dict[int, type[Problem]] = {401: NotSignedIn, 403: NotAllowed, 404: NotFound, 413: TooLarge, 422: Invalid}

PROBLEM_CONTENT = {MEDIA_TYPE: {"schema": ProblemOut.model_json_schema()}}
RESPONSES: dict[int | str, dict] = {
    status: {"description": description, "content": PROBLEM_CONTENT}
    for status, description in {
        400: "The request cannot be read", 401: "Not signed in", 403: "Not allowed", 404: "Not found",
        405: "No such method", 409: "Not possible in this state", 412: "Changed meanwhile", 413: "Too large",
        415: "Unknown media type", 422: "Some fields are not right", 428: "A required header is missing",
        429: "Too many requests", 503: "Not available now",
    }.items()
}


class OtherHttp(Problem):
    status, slug, title = 400, "http", Words("请求不被支持", "The request is not supported")

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


def language_of(header: str) -> str:
    """`zh` unless the first language of Accept-Language we speak is English: the people served read Chinese."""
    for part in header.lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith(("zh", "en")):
            return tag[:2]
    return "zh"


def problem_response(problem: Problem, accept_language: str) -> Response:
    language = language_of(accept_language)
    return Response(
        json.dumps(problem.body(language), ensure_ascii=False, default=str),
        problem.status,
        {**problem.headers, "Content-Language": "zh-CN" if language == "zh" else "en"},
        MEDIA_TYPE,
    )


def answer(request: Request, problem: Problem) -> Response:
    return problem_response(problem, request.headers.get("accept-language", ""))


async def on_problem(request: Request, problem: Problem) -> Response:
    denials = getattr(request.app.state, "denials", None)
    if denials is not None and isinstance(problem, NotAllowed):
        await denials.note(request, problem)
    response = answer(request, problem)
    if denials is not None and isinstance(problem, NotFound):
        response.background = BackgroundTask(denials.note_hidden, request, problem)
    return response


async def on_invalid(request: Request, error: RequestValidationError) -> Response:
    return answer(request, invalid_fields(error.errors()))


async def on_http(request: Request, error: HTTPException) -> Response:
    known = BY_STATUS.get(error.status_code)
    if known:
        return answer(request, known())
    return answer(request, BadRequest() if error.status_code == 400 else OtherHttp(error.status_code))


async def on_database(request: Request, error: DBAPIError) -> Response:
    """A value PostgreSQL refuses is the caller's; a database that is away is ours and passes."""
    if isinstance(error, IntegrityError):
        return answer(request, Conflict(constraint=getattr(error.orig.__cause__, "constraint_name", None)))
    if is_refused_value(error):
        return answer(request, Invalid(Words("有一个值无法保存", "A value cannot be stored")))
    if is_away(error):
        return answer(request, Unavailable())
    raise error


def install(app: FastAPI) -> None:
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(DBAPIError, on_database)
