"""One request and its answer, as they are kept: fields that are allowed, all others cut."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Fields = Mapping[str, str]
# "in": a browser asked us; "out": we asked the EHR.
Way = Literal["in", "out"]


@dataclass(frozen=True)
class Exchange:
    """`at` is UTC in ISO 8601. `status` 0: no answer, and `fault` names the kind of error."""

    way: Way
    at: str
    ms: float
    method: str
    url: str
    status: int
    headers: Fields = field(default_factory=dict)
    sent: Fields = field(default_factory=dict)
    answer_headers: Fields = field(default_factory=dict)
    answer: Fields = field(default_factory=dict)
    fault: str | None = None

    @property
    def step(self) -> str:
        """What stays the same from launch to launch."""
        return f"{self.way} {self.method} {self.url}"

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)
