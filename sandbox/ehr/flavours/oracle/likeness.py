"""The clinic's day as Millennium would hold it."""

from sandbox.ehr.elements import Raw, first_text

CODE_SETS = "https://fhir.cerner.com/ec2458f2-1e24-41c8-b71b-0e701af7583d/codeSet"
VIDEO_VISIT = "Video Visit"
PATIENT_ROOM, PROVIDER_ROOM = "Patient Virtual Meeting Room", "Provider Virtual Meeting Room"
# As the documentation's example has them: the patient's first, although a patch counts the other way.
ROOMS = {"28": PATIENT_ROOM, "31": PROVIDER_ROOM}


def like_oracle(raw: Raw) -> Raw:
    """A copy of a video visit with its service type and two rooms; anything else as it is."""
    if raw["resourceType"] != "Appointment" or first_text(raw, "serviceType", "text") != VIDEO_VISIT:
        return raw
    coding = {"system": f"{CODE_SETS}/14249", "code": "2572307911", "display": VIDEO_VISIT}
    return raw | {
        "contained": [_room(key, name) for key, name in ROOMS.items()],
        "serviceType": [{"coding": [coding | {"userSelected": True}], "text": VIDEO_VISIT}],
        "participant": [*raw["participant"], *(_present(key, name) for key, name in ROOMS.items())],
    }


def is_video_visit(raw: Raw) -> bool:
    """Whether it has a room for each side."""
    return len(rooms(raw)) == len(ROOMS) and first_text(raw, "serviceType", "text") == VIDEO_VISIT


def rooms(raw: Raw) -> dict[str, int]:
    """The index of each room, by what its type says."""
    found = {}
    for index, one in enumerate(raw.get("contained", [])):
        name = first_text(one, "type", "text")
        if one.get("resourceType") == "HealthcareService" and name in ROOMS.values():
            found[name] = index
    return found


def _room(key: str, name: str) -> Raw:
    return {"resourceType": "HealthcareService", "id": key, "type": [{"text": name}]}


def _present(key: str, name: str) -> Raw:
    return {"type": [{"text": name}], "actor": {"reference": f"#{key}"}, "status": "accepted"}
