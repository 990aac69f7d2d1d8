"""Whether the video vendor delivers all that is wanted to our address, and mending that it does."""

from app.ports import DeliveryReport, Rooms


def webhook_address(rooms: Rooms) -> str:
    """Where Zoom is to deliver."""
    return f"{rooms.settings.base_url}/webhooks/zoom"


def examine_delivery(rooms: Rooms) -> DeliveryReport:
    """As the vendor says now. Raises its error, with the scope that is missing where that is the cause."""
    return rooms.video_of("zoom").examine_delivery(webhook_address(rooms))


def mend_delivery(rooms: Rooms) -> DeliveryReport:
    """Mend what is wrong; what is right stays as it is. Answers what was found, and mended."""
    report = examine_delivery(rooms)
    if not report.is_good:
        rooms.video_of("zoom").mend_delivery(report.address, report.order, report.stale)
    return report
