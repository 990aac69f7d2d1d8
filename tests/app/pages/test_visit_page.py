"""The visit's page as staff read it."""

import re

import pytest


def field(page, name):
    """The words of a field, without what stands small below them."""
    return re.search(rf'data-field="{name}">([^<]*)<', page)[1]


@pytest.mark.parametrize(
    ("tag", "reader", "name"),
    [
        ("es", "en", "Spanish"),
        ("es-MX", "en", "Spanish (Mexico)"),
        ("zh-Hant", "en", "Chinese (Traditional)"),
        ("es", "zh_Hant", "西班牙文"),
        ("vi-x-local", "en", "Vietnamese"),
        ("qqx", "en", "qqx"),
    ],
)
def test_the_patients_language_is_told_in_the_readers_words(day, provider, tag, reader, name):
    visit_id = day.visit(patient={"language": tag})

    assert field(provider().read(f"visits/{visit_id}?lang={reader}"), "language") == name


def test_a_language_that_may_be_the_clinics_own_is_not_said_to_be_the_charts(day, provider):
    english, spanish = (day.visit(patient={"language": tag}) for tag in ("en", "es"))
    someone = provider()

    assert "unless the chart tells another" in someone.read(f"visits/{english}")
    assert "unless the chart tells another" not in someone.read(f"visits/{spanish}")
