"""One whole visit, from the click in the EHR to the finished page, in each way that a clinic is set up."""

import pytest

from sandbox.walk.stage import Ways

KINDS = {
    "private_key_jwt": {},
    "client_secret_basic": {
        'client_id = "visitbridge-jwt"': 'client_id = "visitbridge-basic"',
        'client_kind = "private_key_jwt"': (
            'client_kind = "client_secret_basic"\nclient_secret_env = "SANDBOX_CLIENT_SECRET"'
        ),
    },
    "public": {
        'client_id = "visitbridge-jwt"': 'client_id = "visitbridge-public"',
        'client_kind = "private_key_jwt"': 'client_kind = "public"',
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_visit_walks_with_each_kind_of_client(kind, open_world):
    ways = Ways({"SANDBOX_CLIENT_SECRET": "sandbox-only-secret"}, KINDS[kind])

    with open_world(ways) as world:
        world.visit.walk()


@pytest.mark.postgres
def test_a_visit_walks_on_postgres(new_postgres, open_world):
    with open_world(Ways({"VISITBRIDGE_DATABASE_URL": new_postgres()})) as world:
        world.visit.walk()
