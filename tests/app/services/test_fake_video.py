"""The double of a video service that services are tested with does what a real one does."""

import pytest

from tests.app.fake_video import FakeVideo
from tests.video_contract import VideoContract


class TestTheDoubleIsAVideoService(VideoContract):
    @pytest.fixture
    def video(self, clock):
        return FakeVideo(clock)
