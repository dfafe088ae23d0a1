"""What went wrong, as RFC 9457 says it: one class, one status, one stable type; words in zh-CN and English."""

from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"


class Words(NamedTuple):
    """The same sentence for both kinds of readers."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class FieldError(NamedTuple):
    field: str
    reason: Words


class Problem(Exception):
    """A refusal. `facts` are what led to it (which limit, which line, by how much): never personal data."""

    status: ClassVar[int]
    slug: ClassVar[str]
    title: ClassVar[Words]
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, detail: Words | None = None, *, errors: list[FieldError] | None = None, **facts: Any) -> None:
        super().__init__(self.slug)
        self.detail = detail
        self.errors = errors or []
        self.facts = facts

    def body(self, language: str) -> dict[str, Any]:
        document: dict[str, Any] = {
            "type": f"urn:linli:problem:{self.slug}",
            "title": self.title.in_language(language),
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail.in_language(language)
        if self.errors:
            document["errors"] = [
                {"field": error.field, "reason": error.reason.in_language(language)} for error in self.errors
            ]
        return document | self.facts


class ProblemOut(BaseModel):
    """The body of every refusal; further members are the facts of that refusal."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:linli:problem:not-found"])
    title: str
    status: int
    detail: str | None = None
    errors: list[dict[str, str]] | None = None


class BadRequest(Problem):
    status, slug, title = 400, "bad-request", Words("请求无法读取", "The request cannot be read")


class NotSignedIn(Problem):
    status, slug, title = 401, "not-signed-in", Words("请先登录", "Sign in first")
    headers = {"WWW-Authenticate": "Bearer"}


class NotAllowed(Problem):
    status, slug, title = 403, "not-allowed", Words("没有这项权限", "You may not do this")


class NotFound(Problem):
    status, slug, title = 404, "not-found", Words("没有找到", "Not found")


class WrongState(Problem):
    """The state machine knows no such step from here."""

    status, slug, title = 409, "wrong-state", Words("当前状态不能这样操作", "Not possible in the present state")


class Conflict(Problem):
    status, slug, title = 409, "conflict", Words("与已有记录冲突", "In conflict with what is recorded")


class StillRunning(Problem):
    status, slug, title = 409, "still-running", Words("同一请求仍在处理中", "The same request is still running")
    headers = {"Retry-After": "1"}


class VersionMismatch(Problem):
    status, slug, title = 412, "version-mismatch", Words("记录已被他人修改", "Somebody else changed it meanwhile")


class TooLarge(Problem):
    """What was not read of it must not be taken for the next request: the connection ends."""

    status, slug, title = 413, "too-large", Words("内容太大", "Too large")
    headers = {"Connection": "close"}


class Invalid(Problem):
    status, slug, title = 422, "invalid", Words("填写有误", "Some fields are not right")


class KeyReused(Problem):
    status, slug, title = 422, "idempotency-key-reused", Words(
        "同一个幂等键用于了不同的内容", "The same Idempotency-Key came with another body")


class KeyMissing(Problem):
    status, slug, title = 428, "idempotency-key-missing", Words(
        "此操作需要 Idempotency-Key 请求头", "This operation needs the Idempotency-Key header")


class Unavailable(Problem):
    status, slug, title = 503, "unavailable", Words("服务暂时不可用，请稍后再试", "Not available now, try again soon")
    headers = {"Retry-After": "2"}


def invalid(field: str, zh: str, en: str, **facts: Any) -> Invalid:
    """The common case: one field, one reason."""
    return Invalid(errors=[FieldError(field, Words(zh, en))], **facts)
