"""The interactions of the FHIR server, each with its permission. https://hl7.org/fhir/R4/http.html"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.ehr.abilities import ABILITIES, Interaction
from sandbox.ehr.bearer import Bearer, Permission
from sandbox.ehr.bundles import Cursors, Shown, searchset
from sandbox.ehr.charts import Chart, Created, etag
from sandbox.ehr.checks import Refused
from sandbox.ehr.elements import Raw, each
from sandbox.ehr.flavours.flavour import Change
from sandbox.ehr.limits import Limits
from sandbox.ehr.notifier import Notifier
from sandbox.ehr.outcomes import FhirRefusal, Issue, bad_request, fatal, not_supported
from sandbox.ehr.patching import patched
from sandbox.ehr.queries import Params, Query, parse_query
from sandbox.ehr.scopes import Letter
from sandbox.ehr.validation import refuse_invalid

LETTERS: dict[Interaction, Letter] = {
    "read": "r",
    "search-type": "s",
    "create": "c",
    "update": "u",
    "patch": "u",
    "delete": "d",
}

Record = Callable[[Bearer, str, Raw], None]


@dataclass(frozen=True)
class FhirService:
    """Reads, searches and writes of one chart; ``record`` is told of each write as it has been kept."""

    base: str
    chart: Chart
    cursors: Cursors
    record: Record
    limits: Limits
    notifier: Notifier

    def read(self, bearer: Bearer, resource_type: str, resource_id: str) -> Raw:
        """One resource."""
        permission = self._leave(bearer, resource_type, "read")
        if resource_id in self._lost():
            raise FhirRefusal(404, Issue("not-found", "There is no such resource."))
        raw = self.chart.read(resource_type, resource_id)
        permission.refuse_foreign(raw)
        self._refuse_incomplete(resource_type)
        return raw

    def search(self, bearer: Bearer, resource_type: str, params: Params) -> Raw:
        """The first page of a search."""
        permission = self._leave(bearer, resource_type, "search-type")
        self.limits.flavour.check_search(resource_type, params)
        asked = parse_query(resource_type, params)
        query = parse_query(resource_type, [*params, *permission.narrowing(resource_type)])
        address = f"{self.base}/{resource_type}"
        self_link = f"{address}?{urlencode(asked.asked)}" if asked.asked else address
        return self._bundle(bearer, permission, Shown(query, self.chart.search(query)), self_link)

    def turn(self, bearer: Bearer, resource_type: str, cursor: str) -> Raw:
        """The page behind a next link."""
        permission = self._leave(bearer, resource_type, "search-type")
        shown = self.cursors.turn(f"{bearer.grant} {resource_type}", cursor)
        self_link = f"{self.base}/{resource_type}?{urlencode({self.limits.flavour.cursor: cursor})}"
        return self._bundle(bearer, permission, shown, self_link)

    def create(self, bearer: Bearer, resource_type: str, body: object, if_none_exist: str | None) -> Created:
        """A new resource, unless If-None-Exist finds one."""
        permission = self._leave(bearer, resource_type, "create")
        raw = _resource(body, resource_type)
        permission.refuse_foreign(raw)
        self.limits.flavour.check_create(raw, bearer.context)
        if resource_type == "Subscription":
            self.notifier.refuse_wrong(raw)
        condition = _condition(resource_type, if_none_exist) if self.limits.creates_conditionally else None
        if self.limits.switches.on("forget_creates"):
            return forgotten(raw)
        created = self.chart.create(self.limits.flavour.kept(raw, bearer.context), condition)
        if created.fresh:
            self.record(bearer, "create", created.resource)
            if resource_type == "Subscription":
                self.notifier.begin(created.resource)
        return created

    def delete(self, bearer: Bearer, resource_type: str, resource_id: str) -> None:
        """A resource goes."""
        permission = self._leave(bearer, resource_type, "delete")
        current = self.chart.read(resource_type, resource_id)
        permission.refuse_foreign(current)
        self.chart.delete(resource_type, resource_id)
        self.notifier.end(resource_id)
        self.record(bearer, "delete", current)

    def update(
        self, bearer: Bearer, resource_type: str, resource_id: str, body: object, if_match: str | None
    ) -> Raw:
        """A resource replaced as a whole."""
        permission = self._leave(bearer, resource_type, "update")
        raw = _resource(body, resource_type)
        if raw.get("id") != resource_id:
            raise bad_request("The body's id is the one in the URL.", "invalid")
        # A resource is not created by changing it (updateCreate is false).
        current = self.chart.read(resource_type, resource_id)
        permission.refuse_foreign(current)
        permission.refuse_foreign(raw)
        self._refuse_blocked()
        self.limits.flavour.check_change(Change(current, body, if_match, is_patch=False))
        kept = self.chart.update(raw, self._version(resource_type, resource_id, if_match))
        self.record(bearer, "update", kept)
        return kept

    def patch(
        self, bearer: Bearer, resource_type: str, resource_id: str, body: object, if_match: str | None
    ) -> Raw:
        """A resource changed by a JSON Patch."""
        permission = self._leave(bearer, resource_type, "patch")
        current = self.chart.read(resource_type, resource_id)
        permission.refuse_foreign(current)
        self._refuse_blocked()
        change = Change(current, body, if_match, is_patch=True)
        self.limits.flavour.check_change(change)
        operations = self.limits.flavour.operations(change)
        permission.refuse_foreign(patched(current, operations))
        version = self._version(resource_type, resource_id, if_match)
        kept = self.chart.patch(resource_type, resource_id, operations, version)
        self.record(bearer, "patch", kept)
        return kept

    def _refuse_incomplete(self, resource_type: str) -> None:
        incomplete = self.limits.switches.peek("incomplete_resource")
        if incomplete is not None and incomplete["type"] == resource_type:
            raise FhirRefusal(500, outcome=fatal("required", "A required element is missing."))

    def _refuse_blocked(self) -> None:
        if self.limits.switches.on("resource_locked"):
            raise FhirRefusal(423, Issue("lock-error", "Somebody has this record open."))
        if self.limits.switches.on("failed_dependency"):
            raise FhirRefusal(424, Issue("processing", "Something that this needs has failed."))

    def _leave(self, bearer: Bearer, resource_type: str, interaction: Interaction) -> Permission:
        ability = ABILITIES.get(resource_type)
        if ability is None:
            raise FhirRefusal(404, Issue("not-supported", "There are no such resources here."))
        if interaction not in self.limits.on(ability).interactions:
            raise not_supported(f"{interaction} of {resource_type}")
        return bearer.permission(resource_type, LETTERS[interaction])

    def _lost(self) -> frozenset[str]:
        return frozenset((self.limits.switches.peek("lose") or {"ids": ()})["ids"])

    def _version(self, resource_type: str, resource_id: str, if_match: str | None) -> str | None:
        """What the change is held against: the version that stands, where If-Match is passed over."""
        if self.limits.checks_versions:
            return if_match
        return etag(self.chart.read(resource_type, resource_id))

    def _bundle(self, bearer: Bearer, permission: Permission, shown: Shown, self_link: str) -> Raw:
        lost = self._lost()
        found = [raw for raw in shown.page.resources if permission.covers(raw) and raw["id"] not in lost]
        included = self._included(bearer, found, shown.query)
        total = None if permission.filters else shown.page.total
        page = searchset(self.base, self_link, found, included, total, self._next(bearer, shown))
        return self.limits.flavour.searched(page)

    def _next(self, bearer: Bearer, shown: Shown) -> str | None:
        if shown.page.more is None:
            return None
        resource_type = shown.query.resource_type
        cursor = self.cursors.put(f"{bearer.grant} {resource_type}", shown)
        return f"{self.base}/{resource_type}?{urlencode({self.limits.flavour.cursor: cursor})}"

    def _included(self, bearer: Bearer, found: Iterable[Raw], query: Query) -> list[Raw]:
        wanted: dict[str, None] = {}
        for raw in found:
            for parameter in query.include:
                for path in parameter.paths:
                    named = [str(reference) for reference in each(raw, *path, "reference")]
                    wanted |= dict.fromkeys(one for one in named if one.split("/")[0] in parameter.targets)
        read = (self._readable(bearer, reference) for reference in wanted)
        return [raw for raw in read if raw is not None]

    def _readable(self, bearer: Bearer, reference: str) -> Raw | None:
        resource_type, _, resource_id = reference.partition("/")
        try:
            return self.read(bearer, resource_type, resource_id)
        except (Refused, FhirRefusal):
            return None


def forgotten(raw: Raw) -> Created:
    """As if it had been kept: checked, with an id and a version that nobody will find."""
    refuse_invalid(raw)
    return Created({**raw, "id": secrets.token_hex(8), "meta": {"versionId": "1"}})


def _resource(body: object, resource_type: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise bad_request("The body is a resource.", "structure")
    if body.get("resourceType") != resource_type:
        raise bad_request("The body's resourceType is the one in the URL.", "invalid")
    return body


def _condition(resource_type: str, if_none_exist: str | None) -> Query | None:
    if if_none_exist is None:
        return None
    return parse_query(resource_type, parse_qsl(if_none_exist.lstrip("?"), keep_blank_values=True))
