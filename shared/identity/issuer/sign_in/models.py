"""What signing in leaves in the database: codes, second factors, invitations, and who tried how often."""

from datetime import datetime
from uuid import UUID

from pydantic import Field as Described
from sqlmodel import Field

from shared.clock import system_clock
from shared.identity.issuer.accounts.models import Digits, Password
from shared.identity.tables import Table
from shared.privacy.fields.columns import Sealing, sealed
from shared.types import In, Line, Out, new_id


class PhoneCode(Table, table=True):
    """The one live code of a telephone. Both are keyed digests; `network` is from where it was asked for."""

    __tablename__ = "phone_code"

    phone_digest: str = Field(primary_key=True, max_length=32)
    code_digest: str = Field(max_length=32)
    network: str = Field(max_length=32)
    tries: int = 0
    tries_elsewhere: int = 0
    expires_at: datetime = Field(index=True)


class InboxMessage(Table, table=True):
    """What a text message would have said, on a developer's machine alone."""

    __tablename__ = "development_inbox"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    phone_digest: str = Field(max_length=32, index=True)
    code: str = Field(max_length=6)
    sent_at: datetime = Field(default_factory=system_clock, index=True)


class SecondFactor(Table, table=True):
    """An authenticator (RFC 6238). `last_step` is the latest time step of a code that was used, so that none is twice.

    Without `confirmed_at` it waits for its first code and opens nothing.
    """

    __tablename__ = "second_factor"
    __sealing__ = Sealing(subject=lambda row: row.account_id)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    secret: str = sealed()
    last_step: int | None = None
    confirmed_at: datetime | None = None
    created_at: datetime = Field(default_factory=system_clock)


class RecoveryCode(Table, table=True):
    __tablename__ = "recovery_code"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    digest: str = Field(primary_key=True, max_length=32)
    used_at: datetime | None = None


class Invitation(Table, table=True):
    """`token_hash` is SHA-256 of 256 random bits."""

    __tablename__ = "invitation"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class WechatBinding(Table, table=True):
    """A keyed digest of the openid is all that is kept of it."""

    __tablename__ = "wechat_binding"

    openid_digest: str = Field(primary_key=True, max_length=32)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    bound_at: datetime = Field(default_factory=system_clock)


class SignInTally(Table, table=True):
    """How often something was tried: by `who` (a keyed digest, or empty for everybody) from `network` (likewise)."""

    __tablename__ = "sign_in_tally"

    kind: str = Field(primary_key=True, max_length=10)
    who: str = Field(primary_key=True, max_length=32)
    network: str = Field(primary_key=True, max_length=32)
    count: int = 0
    last_at: datetime = Field(index=True)
    succeeded_at: datetime | None = None


class PhoneCodeIn(In):
    phone: Line


class PhoneCodeOut(Out):
    """The same whether or not anybody has that telephone."""

    expires_in: int = Described(description="Seconds")
    again_in: int = Described(description="Seconds until another one may be asked for")


class InboxOut(Out):
    code: str
    sent_at: datetime


class InvitationOpenIn(In):
    invitation: Line
    password: Password


class InvitationConfirmIn(In):
    invitation: Line
    code: Digits


class EnrolmentOut(Out):
    """Shown this once."""

    username: str
    otpauth_uri: str = Described(description="For the authenticator, as a QR code")


class RecoveryCodesOut(Out):
    """Shown this once. Each opens once in the place of a code."""

    recovery_codes: list[str]


class PasswordChangeIn(In):
    password: Password
    code: Digits
    new_password: Password


class SecondFactorIn(In):
    password: Password
    code: Line = Described(description="Of the authenticator until now, or a recovery code")


class SecondFactorConfirmIn(In):
    code: Digits
