"""Joining by telephone, out of a meeting as Zoom answers it."""

import pytest

from zoom_bridge.dial_in import DialNumber, dial_in_of

MEETING = {
    "id": 92674392836,
    "pstn_password": "428117",
    "settings": {
        "global_dial_in_numbers": [
            {"country": "US", "city": "New York", "number": "+1 1000200200", "type": "toll"},
            {"country": "US", "number": "+1 8885550191", "type": "tollfree"},
            {"country": "US", "type": "toll"},
        ]
    },
}


def test_numbers_and_what_is_typed_are_read():
    found = dial_in_of(MEETING)

    assert found.numbers == (
        DialNumber("+1 1000200200", "US", is_free=False),
        DialNumber("+1 8885550191", "US", is_free=True),
    )
    assert (found.meeting, found.passcode) == ("92674392836", "428117")
    assert "428117" not in repr(found)


@pytest.mark.parametrize(
    "changes",
    [{"settings": {}}, {"pstn_password": None}, {"pstn_password": "a1b2c3"}, {"pstn_password": "٤٢"}],
)
def test_what_cannot_be_dialled_is_not_offered(changes):
    assert dial_in_of(MEETING | changes) is None
