"""Times as the clinic reads them."""

from datetime import datetime

from sandbox.clinic.places import ZONE

MINUTES_OF_A_DAY = 24 * 60


def clinic(moment: datetime, form: str = "%H:%M") -> str:
    """An instant in the clinic's zone."""
    return moment.astimezone(ZONE).strftime(form)


def offset(seconds: float) -> str:
    """How far the sandbox's clock is from real time, such as ``+1 d 15 min``; nothing where it is not."""
    minutes = round(seconds / 60)
    if not minutes:
        return ""
    days, rest = divmod(abs(minutes), MINUTES_OF_A_DAY)
    parts = ((days, "d"), (rest // 60, "h"), (rest % 60, "min"))
    told = " ".join(f"{number} {unit}" for number, unit in parts if number)
    return f"{'+' if minutes > 0 else '−'}{told}"
