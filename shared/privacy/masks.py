"""What is shown of somebody by default: enough to recognise whom one knows, not enough to find whom one does not."""

SHOWN_DIGITS = 4
MOBILE_DIGITS = 11


def masked_name(name: str) -> str:
    """王建刚 → 王**."""
    return name[:1] + "*" * (len(name) - 1)


def masked_phone(phone: str) -> str:
    """138****5678 for a mobile number; of any other the last four digits."""
    if len(phone) == MOBILE_DIGITS and phone.startswith("1"):
        return f"{phone[:3]}****{phone[-SHOWN_DIGITS:]}"
    return masked_number(phone)


def masked_number(number: str) -> str:
    """The last four characters, e.g. of an ID number."""
    return "*" * max(0, len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]
