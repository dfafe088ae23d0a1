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
