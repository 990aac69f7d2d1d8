"""Jitsi as a video vendor: a meeting is an address that nobody can guess."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NoReturn

from jitsi_bridge.addresses import RoomAddresses
from jitsi_bridge.errors import JitsiNotOffered
from jitsi_bridge.rooms import Clock, Drift, Guest, GuestPass, HostAccount, Room, RoomOrder, Wishes
from jitsi_bridge.secret import Secret
from jitsi_bridge.tokens import TokenMaker

# A server asks for the token at each new connection: a dropped call must find it good still.
TOKEN_LIFE = timedelta(hours=2)
# A lobby is switched on by a moderator or for a whole server; an address cannot ask for it.
NO_LOBBY = Drift("waiting_room", "true", "false")
# A link that is handed out again is good for an hour at least.
PASS_LIFE = timedelta(hours=1)


class JitsiBridge:
    """One Jitsi server. Nothing is ever asked of it, so nothing here waits or fails.

    `name_of` makes a room's name out of a meeting's reference: always the same, and for nobody to guess.
    """

    vendor = "jitsi"
    title = "Jitsi"
    tells_of_calls = False
    signs_hosts_in = False

    def __init__(
        self,
        addresses: RoomAddresses,
        name_of: Callable[[str], str],
        clock: Clock,
        tokens: TokenMaker | None = None,
    ) -> None:
        self._addresses = addresses
        self._name_of = name_of
        self._clock = clock
        self._tokens = tokens

    def open(self, order: RoomOrder) -> Room:
        """The meeting is there once somebody goes there."""
        return self._room(order.host, order.reference, order.policy)

    def find(self, host: str, reference: str, policy: Wishes | None = None) -> Room | None:
        """The same meeting as was opened under this reference."""
        return self._room(host, reference, policy)

    def host_link(self, room_id: str) -> Secret:
        """A fresh link; with a token, the host is the room's moderator."""
        return self._link(room_id, "host", "", None, moderator=True)

    def link_for(self, room_id: str, guest: Guest) -> GuestPass:
        """A link under the guest's name, good for an hour where it holds a token."""
        who = guest.address.partition("@")[0]
        link = self._link(room_id, who, guest.display_name, guest.language, moderator=False)
        return GuestPass(who, link, self._clock.now() + PASS_LIFE if self._tokens else None)

    def find_guest(self, room_id: str, address: str) -> GuestPass | None:
        """None: nobody is written down there, and a new pass does no harm."""
        return None

    def take_back(self, room_id: str, guest_id: str) -> NoReturn:
        """Raises JitsiNotOffered: a token ends by itself, an address alone does not."""
        raise JitsiNotOffered

    def say_to_waiting(self, room_id: str, text: str) -> NoReturn:
        """Raises JitsiNotOffered: a lobby shows its server's own words."""
        raise JitsiNotOffered

    def close(self, room_id: str) -> None:
        """Raises JitsiNotOffered: it ends when everybody has left."""
        raise JitsiNotOffered

    def host(self, key: str) -> HostAccount:
        """Whoever is named may host."""
        return HostAccount(key, key if "@" in key else "")

    def hosts(self, after: str = "") -> NoReturn:
        """Raises JitsiNotOffered: there are no accounts to be listed."""
        raise JitsiNotOffered

    def room_now(self, room_id: str) -> NoReturn:
        """Raises JitsiNotOffered, as do all questions after a call."""
        raise JitsiNotOffered

    def people_now(self, room_id: str) -> NoReturn:
        """Raises JitsiNotOffered."""
        raise JitsiNotOffered

    def past_run(self, instance: str) -> NoReturn:
        """Raises JitsiNotOffered."""
        raise JitsiNotOffered

    def past_runs(self, room_id: str) -> NoReturn:
        """Raises JitsiNotOffered."""
        raise JitsiNotOffered

    def past_people(self, instance: str) -> NoReturn:
        """Raises JitsiNotOffered."""
        raise JitsiNotOffered

    def past_loner(self, instance: str) -> NoReturn:
        """Raises JitsiNotOffered."""
        raise JitsiNotOffered

    def accept(self, headers: Mapping[str, str], body: bytes) -> NoReturn:
        """Raises JitsiNotOffered: nothing is delivered."""
        raise JitsiNotOffered

    def facts(self, body: bytes) -> tuple[Any, ...]:
        """Nothing is told."""
        return ()

    def host_news(self, body: bytes) -> None:
        """Nothing is told."""
        return

    def notes(self, body: bytes) -> tuple[Any, ...]:
        """Nothing is told."""
        return ()

    def in_drift(self, policy: Wishes, settings: Mapping[str, str]) -> tuple[Any, ...]:
        """Nobody changes a room elsewhere."""
        return ()

    def examine_delivery(self, address: str) -> NoReturn:
        """Raises JitsiNotOffered: nothing is delivered."""
        raise JitsiNotOffered

    def mend_delivery(self, address: str, order: tuple[str, ...], stale: tuple[str, ...]) -> NoReturn:
        """Raises JitsiNotOffered."""
        raise JitsiNotOffered

    def masked(self, body: bytes) -> str:
        """Nothing is delivered."""
        return ""

    def recording_news(self, body: bytes) -> None:
        """Nothing is told."""
        return

    def recording_now(self, instance: str) -> NoReturn:
        """Raises JitsiNotOffered, as do all acts on recordings: an address cannot order one."""
        raise JitsiNotOffered

    def read_recording(self, address: str, ticket: str | None) -> NoReturn:
        """Raises JitsiNotOffered."""
        raise JitsiNotOffered

    def stop_recording(self, room_id: str, host_id: str) -> bool:
        """Nothing is recorded by itself."""
        return True

    def _room(self, host: str, reference: str, policy: Wishes | None) -> Room:
        if not reference:
            raise ValueError("a room without a reference could be guessed")
        name = self._name_of(reference)
        drift = (NO_LOBBY,) if policy is not None and policy.waiting_room else ()
        return Room(name, host, None, reference, drift, self.host_link(name))

    def _link(self, room: str, who: str, name: str, language: str | None, *, moderator: bool) -> Secret:
        wishes = {"userInfo.displayName": name} if name else {}
        if language:
            wishes["config.defaultLanguage"] = language
        now, token = self._clock.now(), None
        if self._tokens is not None:
            until = now + TOKEN_LIFE
            token = self._tokens.make(room, who, name, moderator=moderator, now=now, until=until)
        return Secret(self._addresses.link(room, token, wishes))
