"""Refusals while signing in, which RFC 6749 §5.2 wants in its own form instead of a problem document."""

from shared.http.problems import Words


class Refused(Exception):
    status, error = 400, "invalid_request"
    headers: dict[str, str] = {}

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(self.error)
        self.description = Words(zh, en)


class InvalidRequest(Refused):
    pass


class InvalidGrant(Refused):
    """One sentence for an unknown name, a wrong password and a disabled account: nobody learns who has an account."""

    error = "invalid_grant"

    def __init__(self) -> None:
        super().__init__("用户名或密码不正确", "The username or the password is not right")


class TooManyGrants(Refused):
    """Before a token would outgrow what servers and proxies take as a header."""

    error = "invalid_grant"

    def __init__(self) -> None:
        super().__init__("此账号的授权太多，令牌放不下，请联系社区管理员收回一些",
                         "The account holds more grants than a token can say: ask an administrator to end some")


class WrongCode(InvalidGrant):
    """One sentence for a wrong, an old and a used code, and for a telephone nobody asked a code for."""

    def __init__(self) -> None:
        Refused.__init__(self, "验证码不正确或已失效", "The code is not right, or not good any more")


class NoAccount(InvalidGrant):
    """Told only to somebody who has shown that the telephone is theirs."""

    def __init__(self) -> None:
        Refused.__init__(self, "这个账号不能登录，请联系社区工作人员", "This account cannot sign in: ask your community's staff")


class LinkRequired(Refused):
    """WeChat vouches for somebody who has not yet said by telephone who they are here."""

    error = "link_required"

    def __init__(self) -> None:
        super().__init__("请先用手机验证码绑定微信", "Link WeChat with a phone code first: send `phone` and `phone_code`, too")


class TooManyTries(Refused):
    status, error = 429, "temporarily_unavailable"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"尝试太多次，请 {seconds} 秒后再试", f"Too many tries: try again in {seconds} seconds")
        self.headers = {"Retry-After": str(seconds)}


class ProviderAway(Refused):
    """Text messages or WeChat cannot be reached, or were never set up here."""

    status, error = 503, "temporarily_unavailable"
    headers = {"Retry-After": "10"}

    def __init__(self) -> None:
        super().__init__("这种登录方式暂时不可用，请稍后再试", "This way of signing in is not available now: try again soon")
