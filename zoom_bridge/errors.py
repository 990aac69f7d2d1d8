"""What can go wrong with Zoom. Messages are fixed: nothing that Zoom sent is in them."""

from datetime import datetime


class ZoomError(Exception):
    """Base. `retryable`: the same call may work later. `outcome_known`: whether a change was made is certain.

    After a create with `outcome_known = False` look for the meeting; never create again. `room_gone`: the
    meeting is no more, and a new one may be made in its place. `not_offered`: the account or the app may not
    ask this at all. `user_unknown`: nobody has the id or address that was asked for.
    """

    retryable = False
    outcome_known = True
    room_gone = False
    not_offered = False
    user_unknown = False
    from_elsewhere = False
    ticket_refused = False


class ZoomUnreachable(ZoomError):
    """No connection was made, so nothing was sent."""

    retryable = True

    def __init__(self) -> None:
        super().__init__("Zoom could not be reached")


class ZoomSlow(ZoomError):
    """The request went out and no answer came in time."""

    retryable = True
    outcome_known = False

    def __init__(self) -> None:
        super().__init__("Zoom did not answer in time")


class ZoomAnswerLost(ZoomError):
    """The request went out and the connection broke before an answer."""

    retryable = True
    outcome_known = False

    def __init__(self) -> None:
        super().__init__("the connection to Zoom broke before the answer")


class ZoomFailing(ZoomError):
    """Zoom answered with a 5xx that does not say whether it did what was asked."""

    retryable = True
    outcome_known = False

    def __init__(self, status: int) -> None:
        super().__init__("Zoom answered with a fault of its own")
        self.status = status


class ZoomAnswerMalformed(ZoomError):
    """An answer of 2xx that lacks what was needed. `field` names it in Zoom's words."""

    outcome_known = False

    def __init__(self, field: str) -> None:
        super().__init__(f"Zoom's answer has no usable {field}")
        self.field = field


class ZoomLimited(ZoomError):
    """A limit was met. `retry_at` (UTC) is when to come back."""

    retryable = True
    sentence = "Zoom's limit is reached"

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(self.sentence)
        self.retry_at = retry_at


class ZoomBusy(ZoomLimited):
    """The account's calls per second are spent."""

    sentence = "Zoom asks to come back in a moment"


class ZoomOverloaded(ZoomBusy):
    """Zoom, or a gateway before it, answered 503, which does not say whether anything was done."""

    outcome_known = False
    sentence = "Zoom is overloaded"


class ZoomContended(ZoomBusy):
    """Another request is changing the same thing just now; other things are free."""

    sentence = "Zoom is busy with the same meeting or user"


class ZoomDailyLimit(ZoomLimited):
    """The account's calls of this category are spent for today."""

    sentence = "the account's Zoom calls are spent for today"


class ZoomQuotaSpent(ZoomLimited):
    """This host's meetings to create or update are spent for the UTC day."""

    sentence = "the host's Zoom meetings are spent for today"


class ZoomRegistrationsSpent(ZoomLimited):
    """This person was registered too often for this meeting on this UTC day: use the pass they have."""

    sentence = "the person's Zoom registrations are spent for today"


class ZoomRefused(ZoomError):
    """Zoom said no. `code` and `fields` are Zoom's own: its error code, the names of the fields at fault."""

    def __init__(self, status: int, code: int | None, fields: tuple[str, ...] = ()) -> None:
        super().__init__("Zoom refused the request")
        self.status = status
        self.code = code
        self.fields = fields


class ZoomScopeMissing(ZoomError):
    """The app lacks a scope. `scopes` names those that would do, as far as Zoom said."""

    def __init__(self, scopes: tuple[str, ...] = ()) -> None:
        super().__init__("the Zoom app lacks a scope")
        self.scopes = scopes


class ZoomCredentialsRefused(ZoomError):
    """Zoom takes neither the token nor a new one: wrong credentials, or the app was deactivated."""

    def __init__(self) -> None:
        super().__init__("Zoom refused the app's credentials")


class ZoomUserUnknown(ZoomError):
    """Nobody in the account has this id or e-mail address."""

    user_unknown = True

    def __init__(self) -> None:
        super().__init__("no such user in the Zoom account")


class ZoomMeetingUnknown(ZoomError):
    """The meeting was deleted, or expired 30 days after its last use."""

    room_gone = True

    def __init__(self) -> None:
        super().__init__("no such meeting at Zoom")


class ZoomHostUnlicensed(ZoomError):
    """The host lacks the licence, or may not host at all."""

    def __init__(self) -> None:
        super().__init__("the Zoom host has no licence for this")


class ZoomAlternativeRefused(ZoomError):
    """An alternative host is not of this account, or has no licence. Nothing was made."""

    def __init__(self) -> None:
        super().__init__("Zoom refused an alternative host")


class ZoomNotOffered(ZoomError):
    """The account's plan or the app's scopes do not hold what was asked for."""

    not_offered = True

    def __init__(self) -> None:
        super().__init__("the Zoom account or app may not ask this")


class ZoomRecordingLocked(ZoomError):
    """The account has its meetings recorded whatever a meeting asks for."""

    def __init__(self) -> None:
        super().__init__("the account locks recording on")


class ZoomDownloadElsewhere(ZoomError):
    """The address of a recording leads to a host that is not Zoom's: nothing was sent there."""

    from_elsewhere = True

    def __init__(self) -> None:
        super().__init__("a recording is offered by a host that is not Zoom's")


class ZoomDownloadRefused(ZoomError):
    """Zoom does not give out the recording: the ticket is over, or the recording is gone."""

    retryable = True
    ticket_refused = True

    def __init__(self, status: int) -> None:
        super().__init__("Zoom refused to give out a recording")
        self.status = status


class NotAuthentic(ZoomError):
    """A delivery that Zoom did not send, or not lately."""


class ForgedSignature(NotAuthentic):
    """The signature is missing or wrong."""

    def __init__(self) -> None:
        super().__init__("the delivery is not signed by Zoom")


class StaleSignature(NotAuthentic):
    """Signed by Zoom, but at a time too far from now."""

    def __init__(self) -> None:
        super().__init__("the delivery was signed too long ago")


class EventMalformed(ZoomError):
    """An authentic delivery that is no JSON object."""

    def __init__(self) -> None:
        super().__init__("the delivery is no event")
