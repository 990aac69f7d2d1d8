"""JSON Patch on a resource: https://hl7.org/fhir/R4/http.html#patch"""

import copy

import jsonpatch
import jsonpointer

from sandbox.ehr.elements import Raw
from sandbox.ehr.outcomes import Issue, bad_request, unprocessable

UNTOUCHABLE = ("/id/", "/resourceType/", "/meta/")


def patched(raw: Raw, operations: object) -> Raw:
    """``raw`` after ``operations``; itself untouched. Raises a 400 for no patch, a 422 for one that fails."""
    steps = _understood(operations)
    try:
        changed: object = jsonpatch.apply_patch(copy.deepcopy(raw), steps)
    except (jsonpatch.JsonPatchConflict, jsonpatch.JsonPatchTestFailed, jsonpointer.JsonPointerException):
        raise unprocessable(Issue("processing", "The patch does not apply to this resource.")) from None
    except (jsonpatch.InvalidJsonPatch, TypeError, KeyError):
        raise bad_request("The body is no JSON Patch.", "structure") from None
    if not isinstance(changed, dict):
        raise unprocessable(Issue("structure", "The patch leaves no resource behind."))
    return changed


def _understood(operations: object) -> list[Raw]:
    if not isinstance(operations, list) or not operations:
        raise bad_request("A JSON Patch is an array of operations.", "structure")
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise bad_request("Each operation of a JSON Patch is an object with op and path.", "structure")
        if operation.get("op") != "test" and f"{operation['path']}/".startswith(UNTOUCHABLE):
            raise unprocessable(Issue("business-rule", "id, resourceType and meta are not to be changed."))
    return operations
