"""What people of the clinic do that is written down for good."""

from enum import StrEnum


class Deed(StrEnum):
    """An act, or a look, of somebody who is signed in or runs the deployment."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    ACCOUNT = "account"  # a one-time link was given, for an account that is new or not
    LISTED = "listed"  # the schedule or the outbox was opened
    SEEN = "seen"  # a visit's page was opened
    TRACE = "trace"  # a launch on record was opened, or saved
    DELIVERY = "delivery"  # a delivery of the video service was opened
    REPLAY = "replay"  # and read again
    TIMELINE = "timeline"  # what happened in a visit, and when it was known, was opened
    START = "start"
    HOST_LINK = "host_link"  # the link into the meeting as its host was given
    FINISH = "finish"
    NO_SHOW = "no_show"
    CANCEL = "cancel"
    REOPEN = "reopen"
    MOVE_VIDEO = "move_video"  # the visit goes on at another video service
    MOVE_DAY = "move_day"  # all of a clinic's visits of the day do, or go back
    SEND_LINK = "send_link"
    INVITE = "invite"  # somebody was given a link of their own, the first or another
    HAND_OVER = "hand_over"  # to another provider
    SAY_WAIT = "say_wait"  # whoever waits was told how long it takes
    TAKE_LINK_BACK = "take_link_back"
    RETRY_WRITE = "retry_write"  # what did not reach the chart is to be sent again
    GIVE_UP_WRITE = "give_up_write"
    SETTLE_WRITE = "settle_write"  # somebody says whether it is in the chart
    TRY_WRITES = "try_writes"  # every way of writing was tried on a test patient
    NAME_HOST = "name_host"  # a practitioner's host, or who covers for them, was chosen by hand
    ACKNOWLEDGE = "acknowledge"  # a page showed that the patient is here
    SPOKEN_CONSENT = "spoken_consent"  # what the patient said about a recording was written down for them
    WATCH_RECORDING = "watch_recording"
    DELETE_RECORDING = "delete_recording"
