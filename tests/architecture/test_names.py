"""Names that collide with a library's still mean both."""

from pathlib import Path


def test_our_fhir_room_and_the_library_of_that_name_both_import(root: Path) -> None:
    import fhir
    import fhir.resources.R4B.appointment

    assert str(root / "fhir") in list(fhir.__path__)
    assert fhir.resources.R4B.appointment.Appointment.__name__ == "Appointment"
    assert not str(fhir.resources.__file__).startswith(str(root / "fhir"))
