"""What can go wrong when a chart is read or written. Messages hold no value from outside."""

from datetime import timedelta


class FhirError(Exception):
    """Base. `retryable`: the same may work later, after `retry_after` if the EHR told how long.

    `outcome_known`: whether it is certain that a write was not carried out. Where it is False, look for what
    was written before anything is written again.
    """

    retryable = False
    outcome_known = True
    retry_after: timedelta | None = None


class ChartGap(FhirError):
    """The chart is silent where we need a word. `element` names it, such as "Appointment.start"."""

    def __init__(self, element: str) -> None:
        super().__init__(element)
        self.element = element


class ChartUnreachable(FhirError):
    """The EHR's FHIR server cannot be reached, or answers a read with a fault of its own."""

    retryable = True


class ChartAnswerLost(ChartUnreachable):
    """A write went out, and the connection broke before its answer."""

    outcome_known = False


class ChartFailing(ChartUnreachable):
    """A write was answered with a 5xx, which does not say whether it was carried out."""

    outcome_known = False

    def __init__(self, retry_after: timedelta | None) -> None:
        super().__init__("failing")
        self.retry_after = retry_after


class ChartSlow(FhirError):
    """The EHR's FHIR server did not answer in time."""

    retryable = True


class ChartSilent(ChartSlow):
    """A write went out, and no answer came in time."""

    outcome_known = False


class ChartBusy(FhirError):
    """The EHR asks us to come back later; `retry_after` says in how long, if it told."""

    retryable = True

    def __init__(self, retry_after: timedelta | None) -> None:
        super().__init__("busy")
        self.retry_after = retry_after


class ChartOverloaded(ChartBusy):
    """A write was answered with 503, by the EHR or a gateway before it: it may have been carried out."""

    outcome_known = False


class ChartUnauthorized(FhirError):
    """The token is refused, also after one re-authorisation."""


class ChartForbidden(FhirError):
    """The token does not allow this (403)."""


class ChartNotFound(FhirError):
    """No such resource, or no longer (404, 410)."""


class ChartRefused(FhirError):
    """Any other refusal. `status` is the HTTP status, `codes` are FHIR's issue types, as far as it told."""

    def __init__(self, status: int, codes: tuple[str, ...] = ()) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.codes = codes


class ChartConflict(ChartRefused):
    """The resource is no longer as we read it (409, 412): read it again, and try with what stands there."""

    retryable = True


class ChartClash(ChartRefused):
    """A create is at odds with something that is there (409), which may be what we wrote before."""

    retryable = True
    outcome_known = False


class ChartDuplicate(ChartRefused):
    """A conditional create found more than one that has our identifier (412): a person has to look."""

    retryable = True
    outcome_known = False


class ChartDisagrees(FhirError):
    """What the chart says of `element` does not go with our change, and the chart's word counts."""

    def __init__(self, element: str) -> None:
        super().__init__(element)
        self.element = element


class ChangeImpossible(FhirError):
    """The EHR offers no way of changing a resource without the risk of undoing another's change."""


class ChartUnversioned(ChangeImpossible):
    """This one resource bears no version, and the EHR takes changes only by version."""


class ChartAnswerMalformed(FhirError):
    """The answer is no FHIR resource of the type asked for."""


class ChartAnswerUnreadable(ChartAnswerMalformed):
    """A write was answered with 2xx and something that does not say that it was carried out."""

    outcome_known = False


class ForeignReference(FhirError):
    """A reference or `next` link leads to another server: our token does not go there."""


class InvalidResource(FhirError):
    """What we were about to write breaks the standard. `issues` name elements, never values."""

    def __init__(self, issues: tuple[str, ...]) -> None:
        super().__init__(", ".join(issues))
        self.issues = issues
