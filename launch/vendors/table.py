"""`python -m launch.vendors.table <folder>`: a page of the docs for each EHR, made from its profile."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from launch.vendors.profile import VendorProfile
from launch.vendors.registry import PROFILES
from launch.vendors.rung import AnyRung, Rungs

# As the doctor and the visit's page name them.
FACTS = {
    "join_link": "Link in the appointment",
    "presence": "Arrival of the patient",
    "message": "Message: the patient waits",
    "status": "State of the appointment",
    "note": "Visit note",
    "recording": "Link to the recording",
}
WHOSE = {"user": "the person's", "system": "the app's own", "either": "the app's own, else the person's"}
HEAD = ("Fact", "Way", "In whose name", "Must be granted", "Must be offered", "Usual", "Draft", "Found again")
NOTHING = "–"


def page(profile: VendorProfile) -> str:
    """The page: where the launch context comes from, and each fact with its ways, the best first."""
    rows = [_row(HEAD), _row(["---"] * len(HEAD)), *_rows(profile.rungs)]
    return "\n".join((*_top(profile), *rows, ""))


def write_pages(folder: Path) -> None:
    """Write the page of every EHR in the registry."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, profile in PROFILES.items():
        (folder / f"{name}.md").write_text(page(profile))


def _top(profile: VendorProfile) -> Iterator[str]:
    yield f"# `{profile.name}`: what reaches the chart, and how"
    yield ""
    yield f"Made by `make docs` from `launch/vendors/{profile.name}`: change it there."
    yield ""
    keys = {
        "appointment": profile.appointment_keys,
        "contact serial number": profile.csn_keys,
        "location": profile.location_keys,
    }
    for thing, names in keys.items():
        yield f"- Keys of the token answer that name the {thing}: {_coded(names)}"
    yield ""
    yield (
        "Of the ways of a fact the first is taken that the server offers, the scopes allow, the site has not "
        "switched off and the EHR has not refused; below the last one stands text to copy. “Usual” is "
        "without a word under `[ladder]` of the site's file. What can be found again settles an answer that "
        "was lost and gives a receipt, with the rights in brackets; what cannot is asked of a person."
    )
    yield ""


def _rows(rungs: Rungs) -> Iterator[str]:
    for each in fields(rungs):
        ladder: Sequence[AnyRung] = getattr(rungs, each.name)
        fact = FACTS[each.name]
        if not ladder:
            yield _row((fact, "none", *[NOTHING] * (len(HEAD) - 2)))
        yield from (_row((fact, *_told(rung))) for rung in ladder)


def _told(rung: AnyRung) -> tuple[str, ...]:
    return (
        f"`{rung.name}`",
        WHOSE[rung.identity],
        _coded([str(right) for right in rung.rights]),
        ", ".join(offer.says for offer in rung.offers) or NOTHING,
        "on" if rung.on_by_default else "off",
        "yes" if rung.can_be_draft else NOTHING,
        _found_again(rung),
    )


def _found_again(rung: AnyRung) -> str:
    if rung.look is None:
        return "no"
    needed = (*(str(right) for right in rung.look_rights), *(offer.says for offer in rung.look_offers))
    return f"yes ({', '.join(needed)})" if needed else "yes"


def _coded(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or NOTHING


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
