"""Every event that Zoom documents, and what comes of it here: an effect, or why it is deliberately unused.

https://developers.zoom.us/docs/api/meetings/events/ and https://developers.zoom.us/docs/api/users/events/
"""

from typing import Final

PRESENCE: Final = "who is where in the call"
CALL: Final = "the call begins or ends"
HOSTS: Final = "who can host"
TROUBLE: Final = "trouble of the call, on the visit's page and in the note"
ROLES: Final = "who hosts and who helps to host now"
PHONE: Final = "a phone belongs to somebody of the call"
TESTS: Final = "a device test, on the visit's page"
RECORDING: Final = "whether the visit is being recorded, on everybody's page"
MEETING: Final = "the meeting is gone or changed: staff are told, and the next Start makes a new one"

USED: Final = {
    "meeting.started": CALL,
    "meeting.ended": CALL,
    "meeting.participant_joined_waiting_room": PRESENCE,
    "meeting.participant_left_waiting_room": PRESENCE,
    "meeting.participant_admitted": PRESENCE,
    "meeting.participant_put_in_waiting_room": PRESENCE,
    "meeting.participant_joined": PRESENCE,
    "meeting.participant_left": PRESENCE,
    "meeting.participant_jbh_waiting": PRESENCE,
    "meeting.participant_jbh_joined": PRESENCE,
    "meeting.participant_jbh_waiting_left": PRESENCE,
    "meeting.participant_joined_breakout_room": PRESENCE,
    "meeting.alert": TROUBLE,
    "meeting.participant_role_changed": ROLES,
    "meeting.participant_bind": PHONE,
    "meeting.device_tested": TESTS,
    "recording.started": RECORDING,
    "recording.paused": RECORDING,
    "recording.resumed": RECORDING,
    "recording.stopped": RECORDING,
    "meeting.deleted": MEETING,
    "meeting.permanently_deleted": MEETING,
    "meeting.updated": MEETING,
    "user.created": HOSTS,
    "user.updated": HOSTS,
    "user.activated": HOSTS,
    "user.deactivated": HOSTS,
    "user.deleted": HOSTS,
    "user.disassociated": HOSTS,
}

_OURS: Final = "tells of our own act, which has answered already"
_CONTENT: Final = "tells of what people said, wrote or showed: no concern of a visit's presence"
_FILES: Final = "tells of a recording that is over: a matter of the department's policy of recordings"
_SUMMARY: Final = "tells of a summary by a machine, which is off unless a department wants it"
_CALLS_OUT: Final = "tells of a call to somebody's phone or room system, which nobody is invited by here"
_INVITES: Final = "tells of invitations of Zoom's own, while people come by our links"
_PERSONAL: Final = "tells of a user's own affairs, not of whether they can host"
_OTHER_PRODUCT: Final = "tells of another product of Zoom"

UNUSED: Final = {
    "meeting.created": _OURS,
    "meeting.registration_created": _OURS,
    "meeting.registration_approved": _OURS,
    "meeting.registration_cancelled": "people whose pass is gone are registered anew at their next Join",
    "meeting.registration_denied": "people whose pass is gone are registered anew at their next Join",
    "meeting.recovered": "another meeting stands in its place, or will at the next Start",
    "meeting.participant_left_breakout_room": "back in the call or gone from it, which the next event says",
    "meeting.participant_feedback": "an opinion of a call, for Zoom",
    "meeting.converted_to_webinar": "a meeting of ours is never a webinar, and reads as changed or gone",
    "meeting.risk_alert": "a link found in public, which lets nobody in: every guest is registered",
    "meeting.live_streaming_started": "streaming is for the account's settings to forbid",
    "meeting.live_streaming_stopped": "streaming is for the account's settings to forbid",
    "meeting.sharing_started": _CONTENT,
    "meeting.sharing_ended": _CONTENT,
    "meeting.breakout_room_sharing_started": _CONTENT,
    "meeting.breakout_room_sharing_ended": _CONTENT,
    "meeting.chat_message_sent": _CONTENT,
    "meeting.chat_message_file_sent": _CONTENT,
    "meeting.chat_message_file_downloaded": _CONTENT,
    "meeting.ai_companion_started": _SUMMARY,
    "meeting.ai_companion_stopped": _SUMMARY,
    "meeting.ai_companion_assets_deleted": _SUMMARY,
    "meeting.aic_transcript_completed": _SUMMARY,
    "meeting.summary_completed": _SUMMARY,
    "meeting.summary_deleted": _SUMMARY,
    "meeting.summary_recovered": _SUMMARY,
    "meeting.summary_shared": _SUMMARY,
    "meeting.summary_trashed": _SUMMARY,
    "meeting.summary_updated": _SUMMARY,
    "meeting.invitation_accepted": _INVITES,
    "meeting.invitation_dispatched": _INVITES,
    "meeting.invitation_rejected": _INVITES,
    "meeting.invitation_timeout": _INVITES,
    "meeting.participant_phone_callout_accepted": _CALLS_OUT,
    "meeting.participant_phone_callout_missed": _CALLS_OUT,
    "meeting.participant_phone_callout_rejected": _CALLS_OUT,
    "meeting.participant_phone_callout_ringing": _CALLS_OUT,
    "meeting.participant_room_system_callout_accepted": _CALLS_OUT,
    "meeting.participant_room_system_callout_failed": _CALLS_OUT,
    "meeting.participant_room_system_callout_missed": _CALLS_OUT,
    "meeting.participant_room_system_callout_rejected": _CALLS_OUT,
    "meeting.participant_room_system_callout_ringing": _CALLS_OUT,
    "recording.archive_files_completed": _FILES,
    "recording.batch_deleted": _FILES,
    "recording.batch_recovered": _FILES,
    "recording.batch_trashed": _FILES,
    "recording.cloud_storage_usage_updated": _FILES,
    "recording.completed": _FILES,
    "recording.deleted": _FILES,
    "recording.recovered": _FILES,
    "recording.registration_approved": _FILES,
    "recording.registration_created": _FILES,
    "recording.registration_denied": _FILES,
    "recording.renamed": _FILES,
    "recording.transcript_completed": _FILES,
    "recording.trashed": _FILES,
    "user.invitation_accepted": "followed by `user.activated`",
    "user.personal_notes_updated": _PERSONAL,
    "user.presence_status_updated": _PERSONAL,
    "user.settings_updated": "a meeting tells its own settings when it is made, and when they are changed",
    "user.signed_in": _PERSONAL,
    "user.signed_out": _PERSONAL,
    "clinical_notes.note_created": _OTHER_PRODUCT,
    "phone.sms_campaign_number_opt_in": _OTHER_PRODUCT,
    "phone.sms_campaign_number_opt_out": _OTHER_PRODUCT,
    "phone.sms_etiquette_block": _OTHER_PRODUCT,
    "phone.sms_etiquette_warn": _OTHER_PRODUCT,
    "phone.sms_received": _OTHER_PRODUCT,
    "phone.sms_sent": _OTHER_PRODUCT,
    "phone.sms_sent_failed": _OTHER_PRODUCT,
}
