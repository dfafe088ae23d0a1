"""What Authlib answers, before it becomes HTTP; refusals as RFC 6749 §5.2 has them, in the caller's language."""

from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Error
from fastapi import Response
from fastapi.responses import JSONResponse

from shared.http.problems import Words

NEVER_KEEP = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="linli"'}

WORDS = {
    "invalid_request": Words("请求有误", "The request is not right"),
    "invalid_client": Words("client_id 或它的凭证不正确", "The client_id or its credential is not right"),
    "invalid_grant": Words("授权码、设备码或刷新令牌无效，或已用过", "The code or refresh token is not valid, or was used"),
    "invalid_scope": Words("没有这样的 scope", "There is no such scope"),
    "unauthorized_client": Words("此客户端不能这样登录", "This client may not sign in in this way"),
    "unsupported_grant_type": Words("不支持这个 grant_type", "This grant_type is not supported"),
    "unsupported_response_type": Words("response_type 只能是 code", "response_type must be code"),
    "unsupported_token_type": Words("只能撤销刷新令牌", "Only refresh tokens can be revoked"),
    "access_denied": Words("已被拒绝", "It was denied"),
    "authorization_pending": Words("还在等人登录", "Nobody has signed in yet"),
    "slow_down": Words("问得太勤，请把间隔再加 5 秒", "Asked too often: wait 5 seconds longer from now on"),
    "expired_token": Words("设备码已过期", "The device code has expired"),
}


@dataclass
class Answer:
    """`cookie`: the refresh token of a client in a browser, which its scripts do not get to see."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    cookie: str | None = None

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")

    @location.setter
    def location(self, value: str) -> None:
        self.headers["Location"] = value

    @property
    def is_redirect(self) -> bool:
        return "Location" in self.headers

    def response(self) -> Response:
        """303, so that what was posted to us is never posted again elsewhere (RFC 9700 §4.12)."""
        if self.is_redirect:
            return Response(status_code=303, headers=NEVER_KEEP | self.headers)
        return JSONResponse(self.body, self.status, NEVER_KEEP | {
            name: value for name, value in self.headers.items() if name.lower() != "content-type"})


def refusal(error: OAuth2Error, language: str) -> Answer:
    if error.redirect_uri:
        status, body, headers = error()
        return Answer(status, body, dict(headers))
    # RFC 6749 §5.2 and §3.5 of RFC 8628 know 400 only, but for a client that could not show who it is.
    status, challenge = (401, CHALLENGE) if error.error == "invalid_client" else (400, {})
    body = {"error": error.error, "error_description": described(error, language)}
    return Answer(status, body, challenge | {"Content-Language": "zh-CN" if language == "zh" else "en"})


def described(error: OAuth2Error, language: str) -> str:
    """With what Authlib says of the parameter, for whoever develops a client."""
    words = WORDS.get(error.error, WORDS["invalid_request"]).in_language(language)
    return f"{words}: {error.description}" if error.error == "invalid_request" and error.description else words
