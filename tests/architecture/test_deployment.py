"""Image and compose files: what they name is there, and what must not be in them is not."""

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from app.cli import main
from app.settings import _Product, _Zoom, read_settings

PRODUCT = {"app", "launch", "fhir", "zoom_bridge", "jitsi_bridge"}
OURS = ("migrate", "web", "worker", "events")
VARIABLE = re.compile(r"\$\{(\w+)(?::[?-][^}]*)?\}")
GIVEN = {
    "VISITBRIDGE_HOST": "visits.example.org",
    "POSTGRES_PASSWORD": "letters",
    "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
    "VISITBRIDGE_REGISTRANT_DOMAIN": "visits.example.org",
    "VISITBRIDGE_MAIL_FROM": "visits@example.org",
    "ZOOM_ACCOUNT_ID": "account",
    "ZOOM_CLIENT_ID": "client",
    "ZOOM_CLIENT_SECRET": "secret",
    "ZOOM_WEBHOOK_SECRET": "webhook-secret",
}


@pytest.fixture(scope="module")
def services(root: Path):
    return yaml.safe_load((root / "compose.yaml").read_text())["services"]


def filled(text: str) -> str:
    return VARIABLE.sub(lambda found: GIVEN.get(found[1], ""), text)


def instructions(file: Path) -> list[list[str]]:
    lines = file.read_text().replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line and not line.startswith("#")]


def copied(file: Path) -> set[str]:
    return {words[1] for words in instructions(file) if words[0] == "COPY"}


def parsed(arguments: list[str]) -> click.Context:
    """As the command line reads them, without doing it. Raises if it does not know one."""
    command = main.get_command(click.Context(main), arguments[0])
    assert command is not None, f"no command {arguments[0]}"
    return command.make_context(arguments[0], arguments[1:])


def test_the_image_holds_the_product_and_nothing_else(root: Path):
    assert copied(root / "Dockerfile") == {"requirements.lock", *PRODUCT}
    allowed = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line[0] == "!"}
    assert allowed == {"requirements.lock", *PRODUCT}


def test_the_demo_s_image_holds_the_simulated_world_too(root: Path):
    wanted = {"requirements.lock", *PRODUCT, "sandbox", "sandbox_config"}
    ignore = (root / "deploy" / "Dockerfile.demo.dockerignore").read_text().splitlines()

    assert copied(root / "deploy" / "Dockerfile.demo") == wanted
    assert {line[1:] for line in ignore if line[0] == "!"} == wanted


@pytest.mark.parametrize("name", ["Dockerfile", "deploy/Dockerfile.demo"])
def test_an_image_is_made_of_the_hashed_lock_and_runs_without_rights(root: Path, name: str):
    steps = instructions(root / name)
    install = next(words for words in steps if "pip" in words)
    user = next(at for at, words in enumerate(steps) if words[0] == "USER")
    command = next(at for at, words in enumerate(steps) if words[0] in ("ENTRYPOINT", "CMD"))

    assert {"--require-hashes", "requirements.lock"} <= set(install)
    assert user < command
    assert steps[user][1] not in ("root", "0")


def test_the_image_s_own_command_is_known_and_asked_for_its_health_at_its_port(root: Path):
    text = (root / "Dockerfile").read_text()
    arguments = re.findall(r'"([^"]*)"', text.rpartition("CMD [")[2])

    context = parsed(arguments)

    assert context.info_name == "serve"
    assert f"127.0.0.1:{context.params['port']}/healthz" in text


def test_every_command_of_the_deployment_is_one_of_ours(services):
    known = {name: parsed(services[name]["command"]) for name in OURS}

    assert known["web"].params["without_jobs"] is True
    assert {name: known[name].params["port"] for name in ("web", "worker", "events")} == {
        "web": 8000,
        "worker": 8020,
        "events": 8010,
    }


@pytest.mark.parametrize("name", ["worker", "events"])
def test_a_part_is_asked_for_its_health_at_its_own_port(services, name):
    port = parsed(services[name]["command"]).params["port"]

    assert f"127.0.0.1:{port}/healthz" in services[name]["healthcheck"]["test"][-1]


def test_every_name_of_the_environment_is_a_setting(services):
    known = {f"VISITBRIDGE_{name.upper()}" for name in _Product.model_fields}
    known |= {f"ZOOM_{name.upper()}" for name in _Zoom.model_fields}

    for name in OURS:
        assert set(services[name]["environment"]) <= known, name


def test_a_filled_in_deployment_has_settings_to_start_with(services):
    environment = {name: filled(str(value)) for name, value in services["web"]["environment"].items()}

    settings = read_settings(environment)

    assert settings.base_url == "https://visits.example.org"
    assert settings.database_url.startswith("postgresql+psycopg://visitbridge:letters@database/")
    assert settings.trusted_proxies == 1


def test_every_name_that_must_be_given_stands_in_the_example(root: Path):
    example = (root / "deploy" / "example.env").read_text()
    wanted = set(VARIABLE.findall((root / "compose.yaml").read_text()))

    assert wanted == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_parts_wait_for_the_tables_and_the_tables_for_the_database(services):
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("web", "worker", "events"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_door_sends_streams_to_the_events_and_hides_what_is_for_operators(root: Path, services):
    door = (root / "deploy" / "Caddyfile").read_text()

    ways = re.findall(
        r"^\s+(respond|reverse_proxy) (.*?)(?: \{)?$", door.partition("route {")[2], re.MULTILINE
    )
    events, web = (parsed(services[name]["command"]).params["port"] for name in ("events", "web"))
    assert ways == [
        ("respond", "@inside 404"),
        ("reverse_proxy", f"/events/stream events:{events}"),
        ("reverse_proxy", f"web:{web}"),
    ]
    assert "@inside path /metrics /readyz /healthz\n" in door
    assert [name for name in services if "ports" in services[name]] == ["proxy"]


def test_the_demo_is_built_of_files_that_there_are(root: Path):
    demo = yaml.safe_load((root / "compose.demo.yaml").read_text())["services"]["demo"]

    assert (root / demo["build"]["dockerfile"]).is_file()
    assert demo["network_mode"] == "host"
