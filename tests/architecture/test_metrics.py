"""Every figure is set somewhere, and its labels are words of ours, never who or which."""

from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from app import metrics

WORDS = {"route", "method", "status", "code", "site", "found_by", "step", "outcome", "state", "kind", "told"}
METRICS = {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}


def test_every_figure_is_set_by_somebody(root: Path) -> None:
    texts = [path.read_text() for path in (root / "app").rglob("*.py") if path.name != "metrics.py"]

    assert len(METRICS) > 5
    assert [name for name in METRICS if not any(name in text for text in texts)] == []


def test_labels_are_words_of_ours() -> None:
    assert {label for one in METRICS.values() for label in one._labelnames} <= WORDS
