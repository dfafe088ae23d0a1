"""By which day a community's lists are read."""

from datetime import date


def day_of_lists(reference_date: date | None, today: date) -> date:
    """Nominal ages count from its year, and left-out years are this day's."""
    return reference_date or today
