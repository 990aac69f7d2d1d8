"""Telephone numbers as a gateway wants them. https://www.itu.int/rec/T-REC-E.164"""

import phonenumbers
from babel.core import get_global

from app.messages.errors import MessageRefused


def as_e164(written: str, time_zone: str) -> str:
    """The number with its country; the country of the zone where the chart left it out.

    Raises MessageRefused for what cannot be a telephone number.
    """
    region = get_global("zone_territories").get(time_zone)
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException as malformed:
        raise MessageRefused from malformed
    if not phonenumbers.is_possible_number(number):
        raise MessageRefused
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
