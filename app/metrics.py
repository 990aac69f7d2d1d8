"""What this process counts, for Prometheus. Labels are names of ours, never ids."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
FAST_TO_SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter(
    "visitbridge_requests", "Requests answered.", ["route", "method", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "visitbridge_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=FAST_TO_SLOW,
    registry=REGISTRY,
)
LAUNCHES = Counter(
    "visitbridge_launches",
    "Launches that ended, by how the appointment was found or by the error's code.",
    ["site", "outcome"],
    registry=REGISTRY,
)
CHART_SECONDS = Histogram(
    "visitbridge_chart_seconds",
    "Time spent waiting for an EHR.",
    ["site", "step"],
    buckets=FAST_TO_SLOW,
    registry=REGISTRY,
)
WEBHOOKS = Counter("visitbridge_webhooks", "Deliveries of the video vendor.", ["outcome"], registry=REGISTRY)
OPEN_STREAMS = Gauge("visitbridge_open_streams", "Event streams held open.", registry=REGISTRY)
OUTBOX_WAITING = Gauge(
    "visitbridge_outbox_waiting", "Things owed to other systems and not yet settled.", registry=REGISTRY
)
