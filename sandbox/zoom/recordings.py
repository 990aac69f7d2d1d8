"""What is told of cloud recordings, keys and types as documented.

https://developers.zoom.us/docs/api/meetings/events/#tag/recording/postrecording.completed
"""

from collections.abc import Iterator, Sequence

from sandbox.zoom.events import Json, Style
from sandbox.zoom.people import find_user
from sandbox.zoom.state import CloudRecording, Instance, Meeting
from sandbox.zoom.times import zoom_time

# The bytes of every film here: it begins as an MP4 does, and shows nothing.
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 1200


def started(style: Style, meeting: Meeting, instance: Instance, recording: CloudRecording) -> Json:
    """``recording.started``"""
    began = {"recording_start": zoom_time(recording.started), "recording_end": ""}
    call = {**_call(meeting, instance), "recording_file": began}
    return {"account_id": style.account_id, "object": call}


def completed(style: Style, meeting: Meeting, instance: Instance, addresses: Sequence[str]) -> Json:
    """``recording.completed``; ``download_token`` stands behind the payload."""
    files = list(_files(instance, addresses))
    host = find_user(meeting.host_id)
    return {
        "account_id": style.account_id,
        "object": {
            **_call(meeting, instance),
            "account_id": style.account_id,
            "password": "",
            "host_email": host.email if host else "",
            "share_url": f"{addresses[0].partition('/rec/')[0]}/rec/share/{instance.recordings[0].id}",
            "total_size": len(FILM) * len(files),
            "recording_count": len(files),
            "on_prem": False,
            "recording_play_passcode": "yNYIS408EJygs7rE5vVsJwXIz4-VW7MH",
            "recording_files": files,
        },
    }


def answered(meeting: Meeting, instance: Instance, addresses: Sequence[str], account_id: str) -> Json:
    """``recordingGet``: the type of the meeting is a text here."""
    files = [{**one, "status": "completed"} for one in _files(instance, addresses)]
    call = {**_call(meeting, instance), "type": str(meeting.type)}
    del call["timezone"]
    return {
        **call,
        "account_id": account_id,
        "total_size": len(FILM) * len(files),
        "recording_count": len(files),
        "recording_files": files,
    }


def _call(meeting: Meeting, instance: Instance) -> Json:
    return {
        "id": meeting.id,
        "uuid": instance.uuid,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": zoom_time(instance.started or meeting.start),
        "timezone": meeting.timezone,
        "duration": meeting.duration,
    }


def _files(instance: Instance, addresses: Sequence[str]) -> Iterator[Json]:
    for one, address in zip(instance.recordings, addresses, strict=True):
        yield {
            "id": one.id,
            "meeting_id": instance.uuid,
            "recording_start": zoom_time(one.started),
            "recording_end": zoom_time(one.ended or one.started),
            "recording_type": "shared_screen_with_speaker_view",
            "file_type": "MP4",
            "file_size": len(FILM),
            "file_extension": "MP4",
            "play_url": address.replace("webhook_download", "play"),
            "download_url": address,
            "status": "completed",
        }
