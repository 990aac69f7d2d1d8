"""What every video service must do behind the product's port. A test class of each bridge inherits it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.ports import Guest, RoomOrder, Video


def order(reference: str = "K7Q2M9XW", host: str = "amara.osei@clinic.example") -> RoomOrder:
    start = datetime.now(UTC) + timedelta(minutes=5)
    return RoomOrder(host, reference, f"Video visit · {reference}", start, 25, "America/New_York")


GUEST = Guest("3f9a@visits.example", "Patient K7Q2")


class VideoContract:
    """`video` is a fixture of whoever inherits this."""

    def test_a_meeting_is_found_again_by_its_reference(self, video: Video) -> None:
        opened = video.open(order())

        found = video.find(order().host, order().reference, order().policy)

        assert found is not None
        assert found.room_id == opened.room_id

    def test_two_references_are_two_meetings(self, video: Video) -> None:
        assert video.open(order()).room_id != video.open(order("B3XX7Q2M")).room_id

    def test_host_and_guest_have_links_of_their_own_that_nobody_sees_by_chance(self, video: Video) -> None:
        room = video.open(order())

        host, guest = video.host_link(room.room_id), video.link_for(room.room_id, GUEST)

        assert host.reveal() != guest.link.reveal()
        assert host.reveal().startswith("http") and guest.link.reveal().startswith("http")
        assert host.reveal() not in f"{host!r}{host!s}{room!r}"
        assert guest.link.reveal() not in f"{guest!r}{guest.link!s}"

    def test_a_guest_is_known_by_an_id_and_a_kept_pass_is_found_or_may_be_asked_for_again(
        self, video: Video
    ) -> None:
        room = video.open(order())
        issued = video.link_for(room.room_id, GUEST)

        again = video.find_guest(room.room_id, GUEST.address) or video.link_for(room.room_id, GUEST)

        assert again.guest_id == issued.guest_id

    def test_a_named_host_has_an_account_or_needs_none(self, video: Video) -> None:
        account = video.host(order().host)

        assert account.licensed and account.active

    def test_what_the_service_does_not_tell_is_not_offered(self, video: Video) -> None:
        room = video.open(order())

        try:
            tells = video.room_now(room.room_id) is not None
        except Exception as fault:
            assert getattr(fault, "not_offered", False)
            tells = False

        assert tells is video.tells_of_calls

    def test_people_and_the_database_have_a_name_for_it(self, video: Video) -> None:
        assert video.vendor == video.vendor.lower()
        assert video.title

    def test_a_pass_is_taken_back_or_that_is_not_offered(self, video: Video) -> None:
        room = video.open(order())
        issued = video.link_for(room.room_id, GUEST)

        try:
            video.take_back(room.room_id, issued.guest_id)
        except Exception as fault:
            assert getattr(fault, "not_offered", False)

    def test_words_for_a_waiting_room_without_a_call_are_refused(self, video: Video) -> None:
        room = video.open(order())

        with pytest.raises(Exception) as refused:  # each bridge has errors of its own
            video.say_to_waiting(room.room_id, "We are about 10 minutes late.")

        assert not getattr(refused.value, "retryable", True)
