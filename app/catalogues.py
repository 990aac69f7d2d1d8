"""The languages that we speak, and their catalogues, read from the .po files when first needed."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent / "translations"
DOMAIN = "messages"
DEFAULT = "en"
# Each in its own script, as somebody who reads no other one looks for it.
SPOKEN = {"en": "English", "zh_Hant": "繁體中文"}
# Whoever reads Chinese in another script is better off with this one than with English.
_NEAREST = {"en": "en", "zh": "zh_Hant"}


def spoken(tag: str | None) -> str | None:
    """The locale of ours that is nearest to a BCP 47 tag or locale name, or None."""
    return _NEAREST.get((tag or "").replace("_", "-").split("-")[0].lower())


@cache
def catalogue(locale: str) -> Translations:
    """The translations of a locale of ours; empty for the language that the code is written in."""
    path = FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return Translations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale))
    compiled.seek(0)
    return Translations(compiled)
