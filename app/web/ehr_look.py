"""The EHR's colours on our staff pages, as far as everything stays readable."""

from flask import g

from app.signin.session_view import SessionView
from launch.style import EhrStyle

# WCAG 2.2, 1.4.3: https://www.w3.org/TR/WCAG22/#contrast-minimum
READABLE = 4.5
# What the light style sheet writes, and on what: see static/staff.css.
INK, QUIET, PAPER, CARD, SOFT = "#10211e", "#4a5e5a", "#f3f6f5", "#ffffff", "#e8f0ed"
WHITE = "#ffffff"
ROUNDEST = 16


def ehr_look() -> str:
    """The rules for the page that is being rendered; its answer's policy allows them, and no others."""
    g.look = look_of(g.get("session"))
    return str(g.look)


def look_of(session: SessionView | None) -> str:
    """Style rules for this person's pages; empty where the EHR told nothing, or nothing that can be read.

    A dark page keeps our own colours: EHRs tell one set, made for light ones.
    """
    style = session.style if session is not None else None
    if style is None:
        return ""
    colours = _rules(_colours(style))
    rest = _rules(_shape(style))
    light = f"@media (prefers-color-scheme: light) {{ :root {{ {colours} }} }}" if colours else ""
    return "\n".join(part for part in (light, f":root:root {{ {rest} }}" if rest else "") if part)


def _colours(style: EhrStyle) -> dict[str, str]:
    paper = style.background
    if paper is None or min(contrast(INK, paper), contrast(QUIET, paper)) < READABLE:
        paper = None
    grounds = (paper or PAPER, CARD, SOFT)
    ink = style.text if style.text and _is_readable_on(style.text, grounds) else None
    # Links and buttons: text on our grounds, and white text on it.
    act = style.highlight if style.highlight and _is_readable_on(style.highlight, (*grounds, WHITE)) else None
    told = {"--paper": paper, "--ink": ink, "--act": act, "--act-over": act}
    return {name: value for name, value in told.items() if value}


def _shape(style: EhrStyle) -> dict[str, str]:
    if style.radius is None or style.radius > ROUNDEST:
        return {}
    return {"--pico-border-radius": f"{style.radius}px"}


def _rules(values: dict[str, str]) -> str:
    return " ".join(f"{name}: {value};" for name, value in values.items())


def _is_readable_on(colour: str, grounds: tuple[str, ...]) -> bool:
    return all(contrast(colour, ground) >= READABLE for ground in grounds)


def contrast(one: str, other: str) -> float:
    """How much two colours ("#rrggbb") differ, from 1 to 21. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    linear: float = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    return linear
