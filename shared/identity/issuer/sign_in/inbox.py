"""What a developer reads instead of text messages."""

from sqlmodel import col, select

from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.models import InboxMessage, InboxOut

SHOWN = 20


async def read(attempt: Attempt, phone: str) -> list[InboxOut]:
    digest = attempt.digest("phone_code.phone", phone)
    messages = select(InboxMessage).where(InboxMessage.phone_digest == digest)
    async with attempt.transaction() as tx:
        rows = (await tx.exec(messages.order_by(col(InboxMessage.id).desc()).limit(SHOWN))).all()
    return [InboxOut(code=row.code, sent_at=row.sent_at) for row in rows]
