"""The rooms of EHR and chart need no web framework and no database; the chart's needs none of our rooms."""

import subprocess
import sys

import pytest

FORBIDDEN = {"flask", "sqlalchemy", "werkzeug", "app", "sandbox", "zoom_bridge"}


def modules_of(root, room):
    paths = sorted((root / room).rglob("*.py"))
    names = [".".join(path.relative_to(root).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in names]


@pytest.mark.parametrize(("room", "forbidden"), [("fhir", FORBIDDEN | {"launch"}), ("launch", FORBIDDEN)])
def test_a_room_loads_nothing_that_it_must_not_know(root, room, forbidden):
    loads = "; ".join(f"import {name}" for name in modules_of(root, room))
    asks = (
        f"import sys; {loads}; print(sorted({forbidden!r} & {{name.split('.')[0] for name in sys.modules}}))"
    )

    told = subprocess.run([sys.executable, "-c", asks], cwd=root, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
