"""What the screens ask of the simulated Zoom and of the message sink: quickly, or not at all."""

from collections.abc import Mapping
from typing import Any

import requests

PATIENCE = (0.5, 2.0)


class NeighbourSilent(Exception):
    """The neighbour gave no usable answer."""


def ask(url: str, **params: str | int) -> Any:
    """The JSON that a neighbour answers. Raises NeighbourSilent."""
    return _answer("GET", url, params=params)


def tell(url: str, order: Mapping[str, object]) -> Any:
    """Give a neighbour an order; its JSON answer. Raises NeighbourSilent."""
    return _answer("POST", url, order=order)


def _answer(
    method: str,
    url: str,
    params: Mapping[str, str | int] | None = None,
    order: Mapping[str, object] | None = None,
) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.request(method, url, params=params, json=order, timeout=PATIENCE)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise NeighbourSilent from error
