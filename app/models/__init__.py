"""Tables, one subject a file."""

from app.models.audit import AuditHead, AuditRow
from app.models.base import Base
from app.models.client_key import ClientKey
from app.models.detour import Detour
from app.models.directory import DirectoryReading, PractitionerHost, VideoUser
from app.models.inbox import CallFactRow, CallNoteRow, InboxRow
from app.models.meeting import GuestPass, Meeting, MeetingInstance, VisitMeeting
from app.models.outbox import OutboxRow, RungRefusal, VisitNote
from app.models.polling import HostCheck, MeetingWatch, NotOffered, PollingSpent, RunCheck
from app.models.recording import Recording, RecordingConsent, RecordingFile
from app.models.session import LaunchState, SessionVisit, StaffSession, TokenSet
from app.models.shared import BackendToken, HostQuota, Lease, RatePause, VideoToken
from app.models.staff import SigninLink, Staff, StaffRole
from app.models.stream import StreamEvent
from app.models.sync import Backfill, EhrSubscription, SyncHint, SyncLeg, SyncPurse, SyncSeen
from app.models.trace import LaunchTrace
from app.models.trail import Listening, VisitMoment
from app.models.video_health import VideoHealth
from app.models.visit import Participant, Visit, VisitAct
from app.models.working_note import WorkingNote

__all__ = [
    "AuditHead",
    "AuditRow",
    "BackendToken",
    "Backfill",
    "Base",
    "CallFactRow",
    "CallNoteRow",
    "ClientKey",
    "Detour",
    "DirectoryReading",
    "EhrSubscription",
    "GuestPass",
    "HostCheck",
    "HostQuota",
    "InboxRow",
    "LaunchState",
    "LaunchTrace",
    "Lease",
    "Listening",
    "Meeting",
    "MeetingInstance",
    "MeetingWatch",
    "NotOffered",
    "OutboxRow",
    "Participant",
    "PollingSpent",
    "PractitionerHost",
    "RatePause",
    "Recording",
    "RecordingConsent",
    "RecordingFile",
    "RunCheck",
    "RungRefusal",
    "SessionVisit",
    "SigninLink",
    "Staff",
    "StaffRole",
    "StaffSession",
    "StreamEvent",
    "SyncHint",
    "SyncLeg",
    "SyncPurse",
    "SyncSeen",
    "TokenSet",
    "VideoHealth",
    "VideoToken",
    "VideoUser",
    "Visit",
    "VisitAct",
    "VisitMeeting",
    "VisitMoment",
    "VisitNote",
    "WorkingNote",
]
