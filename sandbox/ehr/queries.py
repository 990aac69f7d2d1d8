"""A search as it was asked: criteria, order, page size, what to include. Refuses what is not declared."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sandbox.ehr.abilities import ABILITIES, EVERYWHERE, Ability, Parameter
from sandbox.ehr.elements import Raw, each
from sandbox.ehr.matching import (
    END,
    date_matches,
    parse_search_date,
    reference_matches,
    span_of,
    string_matches,
    token_matches,
)
from sandbox.ehr.outcomes import bad_request

PAGE = 20
LARGEST_PAGE = 100
CONTROL = ("_count", "_sort", "_include", "_format")
JSON_FORMATS = ("json", "application/json", "application/fhir+json")

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Query:
    """A search of one type. Criteria are joined by and, the values of one by or."""

    ability: Ability
    criteria: tuple[tuple[Parameter, tuple[str, ...]], ...]
    count: int
    sort: tuple[tuple[Parameter, bool], ...]
    include: tuple[Parameter, ...]
    asked: tuple[tuple[str, str], ...]

    @property
    def resource_type(self) -> str:
        """The type that is searched."""
        return self.ability.resource_type


def parse_query(resource_type: str, params: Params) -> Query:
    """Understand all of ``params`` or raise a 400; an empty value is an error too."""
    ability = ABILITIES[resource_type]
    for name, value in params:
        if not value:
            raise bad_request(f"The search parameter {name} has no value.", "value")
    criteria = tuple((_known(ability, name), _alternatives(v)) for name, v in params if name not in CONTROL)
    if ability.bounded and not criteria:
        raise bad_request(f"A search of {resource_type} names at least one criterion.", "too-costly")
    _refuse_other_formats(params)
    return Query(
        ability, criteria, _count(params), _sort(ability, params), _include(ability, params), tuple(params)
    )


def matches(raw: Raw, query: Query, zone: tzinfo, base: str) -> bool:
    """Whether a resource meets every criterion; dates without a zone are the clinic's."""
    return all(
        any(
            _meets(value, parameter, wanted, zone, base)
            for value in _values(raw, parameter)
            for wanted in any_of
        )
        for parameter, any_of in query.criteria
    )


def in_order(found: Iterable[Raw], query: Query, zone: tzinfo) -> list[Raw]:
    """Sorted as asked; else by the type's ``date``, then id."""
    ordered = sorted(found, key=lambda raw: str(raw["id"]))
    date = query.ability.parameter("date")
    keys = query.sort or (((date, False),) if date else ())
    for parameter, descending in reversed(keys):
        ordered.sort(key=_moment_of(parameter, zone), reverse=descending)
    return ordered


def check_dates(query: Query, zone: tzinfo) -> None:
    """Raise a 400 for a date that is none, even where nothing is there to compare it with."""
    for parameter, any_of in query.criteria:
        if parameter.kind == "date":
            for wanted in any_of:
                parse_search_date(wanted, zone)


def _moment_of(parameter: Parameter, zone: tzinfo) -> Callable[[Raw], datetime]:
    def moment(raw: Raw) -> datetime:
        spans = [span_of(value, zone) for value in _values(raw, parameter)]
        return next((span.start for span in spans if span), END)

    return moment


def _values(raw: Raw, parameter: Parameter) -> list[object]:
    return [value for path in parameter.paths for value in each(raw, *path)]


def _meets(value: object, parameter: Parameter, wanted: str, zone: tzinfo, base: str) -> bool:
    if parameter.kind == "token":
        return token_matches(value, wanted)
    if parameter.kind == "reference":
        return reference_matches(value, wanted, parameter.targets, base)
    if parameter.kind == "date":
        return date_matches(value, wanted, zone)
    return string_matches(value, wanted)


def _known(ability: Ability, name: str) -> Parameter:
    parameter = ability.parameter(name)
    if parameter is None:
        named = ", ".join(one.name for one in (*EVERYWHERE, *ability.parameters))
        raise bad_request(
            f"{ability.resource_type} is not searched by {name}; it is by {named}.", "not-supported"
        )
    return parameter


def _alternatives(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.split(",") if part)


def _count(params: Params) -> int:
    asked = _last(params, "_count", str(PAGE))
    if not asked.isdigit():
        raise bad_request("_count is a number, 0 or greater.", "value")
    return min(int(asked), LARGEST_PAGE)


def _sort(ability: Ability, params: Params) -> tuple[tuple[Parameter, bool], ...]:
    keys = []
    for key in _alternatives(_last(params, "_sort", "")):
        parameter = _known(ability, key.removeprefix("-"))
        if parameter.kind != "date":
            raise bad_request(
                f"_sort by {parameter.name} is not supported; by a date it is.", "not-supported"
            )
        keys.append((parameter, key.startswith("-")))
    return tuple(keys)


def _include(ability: Ability, params: Params) -> tuple[Parameter, ...]:
    asked = []
    for value in (value for name, value in params if name == "_include"):
        owner, _, name = value.partition(":")
        parameter = _known(ability, name)
        if owner != ability.resource_type or parameter.kind != "reference":
            raise bad_request(
                f"_include is {ability.resource_type}:<a reference parameter>.", "not-supported"
            )
        asked.append(parameter)
    return tuple(asked)


def _refuse_other_formats(params: Params) -> None:
    if _last(params, "_format", "json") not in JSON_FORMATS:
        raise bad_request("Only JSON is spoken here.", "not-supported")


def _last(params: Params, name: str, default: str) -> str:
    return next((value for key, value in reversed(params) if key == name), default)
