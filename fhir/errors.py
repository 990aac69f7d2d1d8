"""What can go wrong when a chart is read or written. Messages hold no value from outside."""

from datetime import timedelta


class FhirError(Exception):
    """The base of this room's errors."""

    retryable = False


class ChartGap(FhirError):
    """The chart is silent where we need a word. `element` names it, such as "Appointment.start"."""

    def __init__(self, element: str) -> None:
        super().__init__(element)
        self.element = element


class ChartUnreachable(FhirError):
    """The EHR's FHIR server cannot be reached, or answers with a fault of its own."""

    retryable = True


class ChartSlow(FhirError):
    """The EHR's FHIR server did not answer in time."""

    retryable = True


class ChartBusy(FhirError):
    """The EHR asks us to come back later; `retry_after` says in how long, if it told."""

    retryable = True

    def __init__(self, retry_after: timedelta | None) -> None:
        super().__init__("busy")
        self.retry_after = retry_after


class ChartUnauthorized(FhirError):
    """The token is refused, also after one re-authorisation."""


class ChartForbidden(FhirError):
    """The token does not allow this (403)."""


class ChartNotFound(FhirError):
    """No such resource, or no longer (404, 410)."""


class ChartRefused(FhirError):
    """Any other refusal. `status` is the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class ChartAnswerMalformed(FhirError):
    """The answer is no FHIR resource of the type asked for."""


class ForeignReference(FhirError):
    """A reference or `next` link leads to another server: our token does not go there."""


class InvalidResource(FhirError):
    """What we were about to write breaks the standard. `issues` name elements, never values."""

    def __init__(self, issues: tuple[str, ...]) -> None:
        super().__init__(", ".join(issues))
        self.issues = issues
