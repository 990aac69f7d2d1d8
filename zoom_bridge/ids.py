"""Zoom's ids. All are text here, whatever their JSON type: a meeting's id is a number in some answers."""

from typing import NewType

HostId = NewType("HostId", str)  # a user's id, or the e-mail address that Zoom takes in its place
MeetingId = NewType("MeetingId", str)
MeetingUuid = NewType("MeetingUuid", str)  # one run of a meeting; each run has its own
RegistrantId = NewType("RegistrantId", str)
