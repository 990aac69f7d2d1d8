"""The finder of leaks finds: a search that finds nothing proves nothing unless this does."""

import base64

import pytest

from tests import leaks
from tests.leaks import Needle, people_needles

LIN = leaks.name("name", "Lin")
OHARA = leaks.name("name", "Desmond O'Hara-Vance")
BORN = leaks.birth_date("birth date", "1958-03-04")
PHONE = leaks.phone("telephone", "+1 212-555-0101")
EMAIL = leaks.identifier("e-mail", "rosa.quintero@mail.example")
TOKEN = "zQ8vJ0mT4kWn2xYb7LcRfGhD1sAeUpVi3oKq5uN6tMw"
SECRET = leaks.secret("token", TOKEN)

TOLD = {
    "a word in a line": (LIN, "Ms Lin is here"),
    "in any case": (LIN, '{"who":"lin"}'),
    "beside an underscore": (LIN, "patient_lin"),
    "as an address": (OHARA, "/v/desmond%20o%27hara-vance"),
    "as a form": (OHARA, "name=Desmond+O%27Hara-Vance"),
    "on a page": (OHARA, "<b>Desmond O&#x27;Hara-Vance</b>"),
    "in hex": (OHARA, b"Desmond O'Hara-Vance".hex()),
    "an ISO date": (BORN, "birthdate=1958-03-04"),
    "a date in figures": (BORN, "19580304"),
    "an American date": (BORN, "3/4/1958"),
    "a European date": (BORN, "04.03.1958"),
    "an escaped date": (BORN, "03%2F04%2F1958"),
    "a date in words": (BORN, "born March 4, 1958"),
    "a telephone as kept": (PHONE, "to +1 212-555-0101."),
    "a telephone in figures": (PHONE, "12125550101"),
    "a telephone as dialled": (PHONE, "(212) 555 0101"),
    "an escaped telephone": (PHONE, "to=%2B1%20212-555-0101"),
    "an escaped e-mail": (EMAIL, "rosa.quintero%40mail.example"),
    "a token": (SECRET, f"Bearer {TOKEN}"),
    "half a token": (SECRET, TOKEN[:21]),
    "the other half": (SECRET, TOKEN[21:]),
    "a token that was cut": (SECRET, f"Bearer {TOKEN[:6]}…"),
}
HARMLESS = {
    "a part of a word": (LIN, "link, Berlin, listening"),
    "another day": (BORN, "1958-03-14, 1958-03-041, 21958-03-04"),
    "a longer number": (PHONE, "9912125550101 and 21255501011"),
    "a fraction of a second": (people_needles, "2026-11-23T10:00:01.204881Z"),
    "a few letters of a token": (SECRET, TOKEN[:10]),
}
DAY = {
    "patients": [
        {
            "id": "vb-patient-01",
            "name": "Rosa Quintero",
            "given": ["Rosa", "Elena"],
            "family": "Quintero",
            "birth_date": "1958-03-14",
            "mrn": "MRN-204881",
            "phone": "+1 212-555-0101",
            "email": "rosa.quintero@mail.example",
        }
    ],
    "practitioners": [
        {
            "id": "vb-practitioner-osei",
            "name": "Dr. Amara Osei",
            "npi": "1093700018",
            "email": "amara.osei@clinic.example",
        }
    ],
    "appointments": [{"id": "vb-appointment-4", "encounter": "vb-encounter-4"}],
}


@pytest.mark.parametrize("needle, text", TOLD.values(), ids=TOLD)
def test_what_got_out_is_found(needle: Needle, text: str) -> None:
    assert [leak.what for leak in leaks.leaks([needle], text)] == [needle.what]


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_name_inside_base64_is_found_wherever_it_begins(before: str) -> None:
    coded = base64.b64encode(f"{before}Desmond O'Hara-Vance and more".encode()).decode()

    assert leaks.leaks([OHARA], coded)
    assert leaks.leaks([OHARA], coded.translate(str.maketrans("+/", "-_")))


@pytest.mark.parametrize("needle, text", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_alike_is_not_found(needle: object, text: str) -> None:
    needles = people_needles(DAY) if needle is people_needles else [needle]

    assert leaks.leaks(needles, text) == []  # type: ignore[arg-type]  # needles all


def test_bytes_of_a_file_are_searched_among_other_bytes() -> None:
    page = b"\x00\x7f\xfe" + TOKEN[:20].encode() + b"\x00\x01" + TOKEN[20:].encode() + b"\xff"

    assert leaks.leaks([SECRET], page)
    assert leaks.leaks([SECRET], page[:12]) == []


def test_everything_that_the_day_tells_of_people_is_looked_for() -> None:
    told = [
        *("Rosa Quintero", "Quintero", "Rosa", "Elena", "1958-03-14", "MRN-204881", "204881"),
        *("+1 212-555-0101", "rosa.quintero@mail.example", "vb-patient-01", "Amara Osei", "Osei"),
        *("amara.osei@clinic.example", "1093700018", "vb-practitioner-osei"),
        *("vb-appointment-4", "vb-encounter-4"),
    ]

    assert [text for text in told if not leaks.leaks(people_needles(DAY), text)] == []
