"""Settings: what is missing or wrong stops the start by its name."""

from typing import Any

import pytest

from app.settings import SettingsWrong, read_settings

GOOD = {
    "VISITBRIDGE_BASE_URL": "https://visits.example.org",
    "VISITBRIDGE_SECRET_KEYS": "x" * 40,
    "ZOOM_ACCOUNT_ID": "account",
    "ZOOM_CLIENT_ID": "client",
    "ZOOM_CLIENT_SECRET": "very-secret",
    "ZOOM_WEBHOOK_SECRET": "also-secret",
}


def lines_for(**changed: str | None) -> str:
    environment = {**GOOD, **changed}
    with pytest.raises(SettingsWrong) as caught:
        read_settings({name: value for name, value in environment.items() if value is not None})
    return "\n".join(caught.value.lines)


@pytest.mark.parametrize("name", list(GOOD))
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_name_is_said(name: str, value: str | None) -> None:
    assert f"{name}: is not set" in lines_for(**{name: value})


def test_all_faults_are_said_at_once() -> None:
    said = lines_for(VISITBRIDGE_BASE_URL=None, ZOOM_CLIENT_ID=None)

    assert "VISITBRIDGE_BASE_URL" in said
    assert "ZOOM_CLIENT_ID" in said


@pytest.mark.smart(301)
@pytest.mark.parametrize(
    "base",
    [
        "http://visits.example.org",
        "visits.example.org",
        "https://a.example/path",
        "https://a.example?next=b",
        "https://a.example#b",
        "https://somebody:secret@a.example",
        "https://a.example:99999",
    ],
)
def test_a_base_url_is_an_https_origin(base: str) -> None:
    assert "VISITBRIDGE_BASE_URL" in lines_for(VISITBRIDGE_BASE_URL=base)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Visits.Example.org/", "https://visits.example.org"),
        ("https://visits.example.org:443", "https://visits.example.org"),
        ("https://visits.example.org:8443", "https://visits.example.org:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_a_base_url_is_kept_as_browsers_write_an_origin(given: str, kept: str) -> None:
    assert read_settings({**GOOD, "VISITBRIDGE_BASE_URL": given}).base_url == kept


@pytest.mark.parametrize(
    "url", ["visits.db", "mysql://host/name", "sqlite://", "postgresql://host:port/name"]
)
def test_a_database_is_sqlite_or_postgresql(url: str) -> None:
    assert "VISITBRIDGE_DATABASE_URL" in lines_for(VISITBRIDGE_DATABASE_URL=url)


def test_postgresql_is_reached_by_its_one_driver() -> None:
    settings = read_settings({**GOOD, "VISITBRIDGE_DATABASE_URL": "postgresql://u:p%40ss@db:5433/x"})

    assert settings.database_url == "postgresql+psycopg://u:p%40ss@db:5433/x"


def test_less_than_no_proxy_is_refused() -> None:
    assert "VISITBRIDGE_TRUSTED_PROXIES" in lines_for(VISITBRIDGE_TRUSTED_PROXIES="-1")


def test_a_short_key_is_refused_without_being_repeated() -> None:
    said = lines_for(VISITBRIDGE_SECRET_KEYS="x" * 40 + ",short-one")

    assert "VISITBRIDGE_SECRET_KEYS" in said
    assert "short-one" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VISITBRIDGE_CLOCK_URL", "http://127.0.0.1:8001/clock"),
        ("VISITBRIDGE_SECRET_KEYS", "demo-only-" + "x" * 40),
        ("VISITBRIDGE_CLIENT_JWKS", '{"keys":[{"kid":"demo-only-1"}]}'),
        ("ZOOM_CLIENT_SECRET", "sandbox-secret"),
        ("ZOOM_WEBHOOK_SECRET", "sandbox-webhook-secret"),
    ],
)
def test_what_belongs_to_the_demo_is_refused_off_loopback(name: str, value: str) -> None:
    assert "loopback" in lines_for(**{name: value})

    assert read_settings({**GOOD, "VISITBRIDGE_BASE_URL": "http://localhost:8000", name: value}).is_loopback


def test_no_secret_is_in_the_settings_repr() -> None:
    settings: Any = read_settings({**GOOD, "VISITBRIDGE_DATABASE_URL": "postgresql://u:pw-secret@db/x"})

    for secret in ("x" * 40, "very-secret", "also-secret", "pw-secret"):
        assert secret not in repr(settings)


def test_the_first_key_comes_first() -> None:
    settings = read_settings({**GOOD, "VISITBRIDGE_SECRET_KEYS": f"{'a' * 40}, {'b' * 40}"})

    assert settings.secret_keys == ("a" * 40, "b" * 40)


def test_the_plan_of_the_zoom_account_is_one_that_zoom_has() -> None:
    assert "VISITBRIDGE_ZOOM_PLAN" in lines_for(VISITBRIDGE_ZOOM_PLAN="platinum")
    assert read_settings({**GOOD, "VISITBRIDGE_ZOOM_PLAN": "pro"}).zoom_plan == "pro"
    assert read_settings({**GOOD, "VISITBRIDGE_ZOOM_PLAN": ""}).zoom_plan is None
