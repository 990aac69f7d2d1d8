"""What messages say, in whose language, and to which number."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.messages.errors import MessageRefused
from app.messages.phones import as_e164
from app.messages.texts import LinkToSend, link_short_text, link_text
from app.words import locale_for, words_in

LINK = LinkToSend(
    "Harbor Clinic",
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    ZoneInfo("America/New_York"),
    "https://x.example/v/abc",
)


AN_HOUR_BEFORE = replace(LINK, start=datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
PLAIN_DAY = replace(LINK, start=datetime(2026, 11, 23, 19, 0, tzinfo=UTC))


def test_the_time_is_the_clinics_and_says_which_of_the_two_half_past_ones():
    assert "Sunday, November 1, 2026, 1:30 AM EST (Eastern Time)." in link_text(words_in("en"), LINK)
    assert "1:30 AM EDT (Eastern Time)" in link_text(words_in("en"), AN_HOUR_BEFORE)


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "Monday, November 23, 2026, 2:00 PM (Eastern Time)", "Mon, Nov 23, 2:00 PM (Eastern Time)"),
        ("zh-Hant", "2026年11月23日 星期一 下午2:00（東部時間）", "11月23日 週一 下午2:00（東部時間）"),
    ],
)
def test_a_day_is_written_as_its_language_writes_days(language, long, short):
    words = words_in(language)

    assert long in link_text(words, PLAIN_DAY)
    assert short in link_short_text(words, PLAIN_DAY)


def test_a_text_message_fits_in_two_parts():
    text = link_short_text(words_in("en"), LINK)

    assert LINK.url in text
    assert len(text) < 160 * 2


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh-Hant", "zh_Hant"),
        ("zh-TW", "zh_Hant"),
        ("zh-HK", "zh_Hant"),
        ("en-GB", "en"),
        ("es", "en"),
        ("not a language", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_language_that_we_speak_is_chosen(tag, locale):
    assert locale_for(tag) == locale


@pytest.mark.parametrize(
    ("written", "zone", "number"),
    [
        ("(212) 555-0123", "America/New_York", "+12125550123"),
        ("+44 20 7946 0018", "America/New_York", "+442079460018"),
        ("020 7946 0018", "Europe/London", "+442079460018"),
    ],
)
def test_numbers_get_the_country_of_the_clinic(written, zone, number):
    assert as_e164(written, zone) == number


@pytest.mark.parametrize("written", ["", "call me", "12", "+1 555"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(MessageRefused):
        as_e164(written, "America/New_York")
