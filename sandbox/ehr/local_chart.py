"""The clinic's resources in memory, validated as R4 at each write."""

import copy
import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import tzinfo

from sandbox.clock import Clock, instant
from sandbox.ehr.abilities import ABILITIES
from sandbox.ehr.charts import Created, Page, refuse_stale
from sandbox.ehr.elements import Raw, references
from sandbox.ehr.outcomes import Issue, not_found, precondition_failed, unprocessable
from sandbox.ehr.patching import patched
from sandbox.ehr.queries import Query, check_dates, in_order, matches
from sandbox.ehr.validation import refuse_invalid

VersionId = Callable[[str, int], str]


def _plain(_resource_type: str, number: int) -> str:
    return str(number)


class LocalChart:
    """Implements the Chart port; calls ``changed`` after each write, and ``kept`` with what it left."""

    def __init__(
        self,
        clock: Clock,
        zone: tzinfo,
        base: str,
        changed: Callable[[], None],
        version_id: VersionId = _plain,
        kept: Callable[[Raw], None] = lambda raw: None,
    ) -> None:
        self._clock = clock
        self._zone = zone
        self._base = base
        self._changed = changed
        self._version_id = version_id
        self._told = kept
        self._kept: dict[str, Raw] = {}
        self._lock = threading.RLock()

    def read(self, resource_type: str, resource_id: str) -> Raw:
        """The resource as it stands."""
        reference = f"{resource_type}/{resource_id}"
        with self._lock:
            if reference not in self._kept:
                raise not_found(reference)
            return self._kept[reference]

    def search(self, query: Query) -> Page:
        """The first page; later ones show the resources found now, as they stand when the page is turned."""
        check_dates(query, self._zone)
        found = self._found(query)
        return self._page([raw["id"] for raw in found], query, 0)

    def create(self, resource: Raw, if_none_exist: Query | None = None) -> Created:
        """Keep a new resource under a new id."""
        with self._lock:
            if if_none_exist is not None and (found := self._found(if_none_exist)):
                if len(found) > 1:
                    raise precondition_failed("More than one resource meets If-None-Exist.")
                return Created(found[0], fresh=False)
            return Created(self._keep({**resource, "id": secrets.token_hex(8)}, version=1))

    def update(self, resource: Raw, if_match: str | None) -> Raw:
        """Replace a resource whose version is still ``if_match``."""
        with self._lock:
            current = self.read(resource["resourceType"], str(resource.get("id")))
            refuse_stale(if_match, current["meta"]["versionId"])
            return self._keep(resource, version=_number(current) + 1)

    def patch(self, resource_type: str, resource_id: str, operations: object, if_match: str | None) -> Raw:
        """Apply a JSON Patch to a resource whose version is still ``if_match``."""
        with self._lock:
            current = self.read(resource_type, resource_id)
            refuse_stale(if_match, current["meta"]["versionId"])
            return self.update(patched(current, operations), if_match)

    def delete(self, resource_type: str, resource_id: str) -> None:
        """A resource goes."""
        with self._lock:
            self.read(resource_type, resource_id)
            del self._kept[f"{resource_type}/{resource_id}"]
            self._changed()

    def put(self, resource: Raw) -> None:
        """Keep a resource of the clinic itself under its own id."""
        with self._lock:
            held = self._kept.get(f"{resource['resourceType']}/{resource['id']}")
            self._keep(resource, version=_number(held) + 1 if held else 1)

    def dump(self) -> list[Raw]:
        """Every resource, for the snapshot."""
        with self._lock:
            return list(self._kept.values())

    def load(self, resources: Iterable[Raw]) -> None:
        """Take over the resources of a snapshot, and only these."""
        with self._lock:
            self._kept = {f"{raw['resourceType']}/{raw['id']}": raw for raw in resources}

    def _found(self, query: Query) -> list[Raw]:
        with self._lock:
            held = [raw for raw in self._kept.values() if raw["resourceType"] == query.resource_type]
        return in_order(
            (raw for raw in held if matches(raw, query, self._zone, self._base)), query, self._zone
        )

    def _page(self, ids: list[str], query: Query, start: int) -> Page:
        end = start + query.count
        resources = [self.read(query.resource_type, one) for one in ids[start:end]]
        last = end >= len(ids) or query.count == 0
        return Page(resources, len(ids), None if last else lambda: self._page(ids, query, end))

    def _keep(self, resource: Raw, version: int) -> Raw:
        kept = copy.deepcopy(resource)
        meta = {
            "versionId": self._version_id(resource["resourceType"], version),
            "lastUpdated": instant(self._clock.now()),
        }
        kept["meta"] = {**kept.get("meta", {}), **meta}
        refuse_invalid(kept)
        self._refuse_dangling(kept)
        self._kept[f"{kept['resourceType']}/{kept['id']}"] = kept
        self._changed()
        self._told(kept)
        return kept

    def _refuse_dangling(self, resource: Raw) -> None:
        """Every reference to a resource of this server leads somewhere."""
        for reference in references(resource):
            local = reference.removeprefix(self._base + "/")
            if local.split("/")[0] in ABILITIES and local not in self._kept:
                raise unprocessable(Issue("not-found", "A reference leads to nothing here."))


def _number(resource: Raw) -> int:
    """How often a resource has been kept, whatever its versions are called."""
    return int(resource["meta"]["versionId"].partition("-")[0])
