"""How the FHIR server says no: OperationOutcome. https://hl7.org/fhir/R4/operationoutcome.html"""

from dataclasses import dataclass

from sandbox.ehr.elements import Raw


@dataclass(frozen=True)
class Issue:
    """One thing that is wrong; ``code`` is an IssueType, ``expression`` a FHIRPath where there is one."""

    code: str
    diagnostics: str
    expression: str = ""

    def as_json(self) -> Raw:
        """As a member of ``OperationOutcome.issue``."""
        where = {"expression": [self.expression]} if self.expression else {}
        return {"severity": "error", "code": self.code, "diagnostics": self.diagnostics, **where}


class FhirRefusal(Exception):
    """An interaction is answered with this HTTP status and these issues."""

    def __init__(self, status: int, *issues: Issue, outcome: Raw | None = None) -> None:
        super().__init__(f"{status} {issues[0].code if issues else ''}")
        self.status = status
        self.outcome = outcome or outcome_of(issues)


def outcome_of(issues: tuple[Issue, ...]) -> Raw:
    """``issues`` as an OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [issue.as_json() for issue in issues]}


def fatal(code: str, diagnostics: str) -> Raw:
    """The OperationOutcome of a server that could not go on."""
    issue = {"severity": "fatal", "code": code, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def went_well() -> Raw:
    """The OperationOutcome of a write that was asked for with ``Prefer: return=OperationOutcome``."""
    issue = {"severity": "information", "code": "informational", "diagnostics": "Done."}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def bad_request(diagnostics: str, code: str = "invalid") -> FhirRefusal:
    """400: the request itself cannot be understood."""
    return FhirRefusal(400, Issue(code, diagnostics))


def not_found(reference: str) -> FhirRefusal:
    """404: there is no such resource."""
    return FhirRefusal(404, Issue("not-found", f"{reference} is not here."))


def not_supported(what: str) -> FhirRefusal:
    """405: the CapabilityStatement does not promise this interaction."""
    return FhirRefusal(405, Issue("not-supported", f"{what} is not supported here."))


def precondition_failed(diagnostics: str) -> FhirRefusal:
    """412: ``If-Match`` or ``If-None-Exist`` does not hold."""
    return FhirRefusal(412, Issue("conflict", diagnostics))


def unprocessable(*issues: Issue) -> FhirRefusal:
    """422: well-formed, and against the rules."""
    return FhirRefusal(422, *issues)
