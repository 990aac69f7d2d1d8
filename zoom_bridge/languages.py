"""The languages in which Zoom speaks to a registrant, by its own spelling."""

_BY_TAG = {
    "de": "de-DE",
    "en": "en-US",
    "es": "es-ES",
    "fr": "fr-FR",
    "it": "it-IT",
    "ja": "jp-JP",
    "ko": "ko-KO",
    "pl": "pl-PL",
    "pt": "pt-PT",
    "ru": "ru-RU",
    "tr": "Tr-TR",
    "vi": "vi-VN",
    "zh": "zh-CN",
    "zh-hant": "zh-TW",
    "zh-hk": "zh-TW",
    "zh-mo": "zh-TW",
    "zh-tw": "zh-TW",
    "yue": "zh-TW",
}


def zoom_language(tag: str | None) -> str | None:
    """Zoom's word for a BCP-47 tag, by its longest prefix that Zoom knows; None if it knows none."""
    parts = (tag or "").replace("_", "-").casefold().split("-")
    prefixes = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_BY_TAG[prefix] for prefix in prefixes if prefix in _BY_TAG), None)
