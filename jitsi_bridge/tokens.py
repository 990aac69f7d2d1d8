"""Tokens that let one person into one room, for servers that want them.

https://github.com/jitsi/lib-jitsi-meet/blob/master/doc/tokens.md
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.jwk import OctKey

from jitsi_bridge.secret import Secret

# Clocks of two machines differ a little.
SKEW = timedelta(minutes=1)


@dataclass(frozen=True)
class TokenMaker:
    """What signs for an application that the Jitsi server knows."""

    app_id: str
    secret: Secret
    host: str  # of the server

    def make(self, room: str, who: str, name: str, *, moderator: bool, now: datetime, until: datetime) -> str:
        """Signed with HS256. `who` is opaque; a moderator is told in both ways that servers read."""
        user = {
            "id": who,
            "name": name,
            "moderator": moderator,
            "affiliation": "owner" if moderator else "member",
        }
        claims = {
            "aud": self.app_id,
            "iss": self.app_id,
            "sub": self.host,
            "room": room,
            "nbf": int((now - SKEW).timestamp()),
            "exp": int(until.timestamp()),
            "moderator": moderator,
            "context": {"user": user},
        }
        key = OctKey.import_key(self.secret.reveal())
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, key)
