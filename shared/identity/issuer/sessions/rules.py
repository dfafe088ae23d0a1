"""What becomes of a refresh token that somebody presents, and how a session is shown to its owner."""

import ipaddress
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

SLIDING = timedelta(days=30)
ABSOLUTE = timedelta(days=90)
LOST_REPLY = timedelta(seconds=30)
"""How long a client that did not get the answer may send the same token again."""


class Verdict(Enum):
    ROTATE = "rotate"
    SAME_CHILD = "same_child"
    REUSED = "reused"
    REFUSE = "refuse"


class Presented(NamedTuple):
    """A refresh token as it stands in the table, while its session is locked.

    `child_is_unused`: the token it was exchanged for is the one that is active now.
    """

    expires_at: datetime
    replaced_at: datetime | None
    child_is_unused: bool
    session_ended: bool


def judge(token: Presented, now: datetime) -> Verdict:
    """For a token whose secret was right; a wrong secret is refused before and burns nothing."""
    if token.session_ended:
        return Verdict.REFUSE
    if token.replaced_at is None:
        return Verdict.ROTATE if now < token.expires_at else Verdict.REFUSE
    if token.child_is_unused and now <= token.replaced_at + LOST_REPLY:
        return Verdict.SAME_CHILD
    return Verdict.REUSED


def refresh_expiry(now: datetime, session_expires_at: datetime) -> datetime:
    return min(now + SLIDING, session_expires_at)


DEVICES = (
    ("MicroMessenger", "微信 WeChat"), ("HarmonyOS", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)
UNKNOWN_DEVICE = "未知设备 Unknown device"
LONGEST_LABEL = 60


def device_of(label: str | None, user_agent: str) -> str:
    """What the client calls its device, or the family that its User-Agent names."""
    named = "".join(character for character in label or "" if character.isprintable()).strip()[:LONGEST_LABEL]
    if named:
        return named
    return next((name for mark, name in DEVICES if mark in user_agent), UNKNOWN_DEVICE)


def coarse(address: str) -> str:
    """The network somebody comes from: `203.0.113.0/24`, `2001:db8:1::/48`; empty for what is no address."""
    try:
        parsed = ipaddress.ip_interface(address).ip
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
