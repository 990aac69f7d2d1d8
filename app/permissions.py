"""Whose word opens a chart, over one use of it: a session's, our back end's, or that of somebody who left."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from launch.errors import RefreshRefused


class Keeper(Protocol):
    """Gives tokens by the name they are kept under: a session's id, or a site's name."""

    def access_token(self, name: str) -> str:
        """A token in force."""
        ...

    def renewed_token(self, name: str, refused: str) -> str:
        """Another token than the refused one."""
        ...


class SetsAside(Protocol):
    """Remembers which tokens are good for nothing any more."""

    def set_aside(self, session_id: str, access_token: str) -> None:
        """The EHR refuses these tokens for good."""
        ...


class Permission:
    """A token, and the next one when it ends."""

    def __init__(self, keeper: Keeper, name: str, token: str) -> None:
        self._keeper = keeper
        self._name = name
        self._token = token

    def bearer(self) -> str:
        """A token in force; or the last one if no new one is given: the EHR says whether it is over."""
        with suppress(RefreshRefused):
            self._token = self._keeper.access_token(self._name)
        return self._token

    def renewed(self) -> str:
        """Another token than the one that was refused. Raises RefreshRefused."""
        self._token = self._keeper.renewed_token(self._name, self._token)
        return self._token


class HeldBack(Permission):
    """Our back end's token, asked for before each request: `before` may hold that back by raising."""

    def __init__(self, keeper: Keeper, name: str, token: str, before: Callable[[], None] | None) -> None:
        super().__init__(keeper, name, token)
        self._before = before

    def bearer(self) -> str:
        """As of any permission."""
        if self._before is not None:
            self._before()
        return super().bearer()


class OwnerPermission(Permission):
    """A person's token. Once it is refused and cannot be renewed, nobody is given it again."""

    def __init__(self, keeper: Keeper, vault: SetsAside, session_id: str, token: str) -> None:
        super().__init__(keeper, session_id, token)
        self._vault = vault

    def renewed(self) -> str:
        """Another token than the one that was refused. Raises RefreshRefused."""
        try:
            return super().renewed()
        except RefreshRefused:
            self._vault.set_aside(self._name, self._token)
            raise
