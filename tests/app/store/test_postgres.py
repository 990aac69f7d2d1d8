"""Whether tests of the database ran over both kinds."""

import os

import pytest

POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"


def test_a_postgresql_server_is_there_to_run_on(request):
    if not os.environ.get(POSTGRES):
        pytest.skip(f"no PostgreSQL server: set {POSTGRES}, and every test of the database runs on it too")

    assert request.getfixturevalue("postgres_url").startswith("postgresql+psycopg://")
