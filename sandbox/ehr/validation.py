"""Whether a resource is valid FHIR R4: structure by fhir.resources, then code lists and invariants."""

from pydantic import ValidationError

from fhir.resources.R4B import get_fhir_model_class
from sandbox.ehr.code_lists import bound_to
from sandbox.ehr.elements import Raw, each
from sandbox.ehr.invariants import broken_invariants
from sandbox.ehr.outcomes import Issue, unprocessable


def problems_of(raw: Raw) -> list[Issue]:
    """What is wrong with ``raw`` as an R4 resource; nothing if it is valid."""
    resource_type = str(raw.get("resourceType"))
    try:
        # R4B equals R4 for the resources that are held here; the library has no R4.
        get_fhir_model_class(resource_type).model_validate(raw)
    except ValidationError as invalid:
        return [_structural(resource_type, error) for error in invalid.errors(include_url=False)]
    except ValueError:
        return [Issue("structure", f"{resource_type} is no resource of R4.", "resourceType")]
    return [*_wrong_codes(resource_type, raw), *broken_invariants(raw)]


def refuse_invalid(raw: Raw) -> None:
    """Raises a 422 with an OperationOutcome unless ``raw`` is valid."""
    if problems := problems_of(raw):
        raise unprocessable(*problems)


def _structural(resource_type: str, error: object) -> Issue:
    found = error if isinstance(error, dict) else {}
    path = ".".join(str(part) for part in found.get("loc", ()) if not isinstance(part, int))
    # The library's message would repeat the value that was sent, which may be a patient's.
    says = str(found.get("type", "invalid")).replace("_", " ")
    return Issue("structure", f"{path or resource_type}: {says}", f"{resource_type}.{path}".rstrip("."))


def _wrong_codes(resource_type: str, raw: Raw) -> list[Issue]:
    return [
        Issue(
            "code-invalid", f"{'.'.join(path)} has a code outside its list.", ".".join((resource_type, *path))
        )
        for path, codes in bound_to(resource_type).items()
        for code in each(raw, *path)
        if code not in codes
    ]
