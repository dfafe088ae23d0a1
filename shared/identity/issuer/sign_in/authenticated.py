"""What every way of signing in ends with: who it is, how they showed it, and when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Authenticated:
    """`amr` in the words of RFC 8176 (`pwd`, `otp`, `sms`, `mfa`), and `wechat`."""

    account_id: UUID
    amr: tuple[str, ...]
    auth_time: datetime
