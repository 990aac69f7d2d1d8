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
FAILURES = Counter(
    "visitbridge_failures",
    "Requests that ended with an error, by its public code: launches, starts, joins, deliveries.",
    ["route", "code"],
    registry=REGISTRY,
)
LAUNCHES = Counter(
    "visitbridge_launches",
    "Launches that became a session, by how the appointment was found.",
    ["site", "found_by"],
    registry=REGISTRY,
)
CHART_SECONDS = Histogram(
    "visitbridge_chart_seconds",
    "Time spent waiting for an EHR.",
    ["site", "step"],
    buckets=FAST_TO_SLOW,
    registry=REGISTRY,
)
WEBHOOKS = Counter(
    "visitbridge_webhooks",
    "Authentic deliveries of the video vendor: kept, repeated or a challenge.",
    ["outcome"],
    registry=REGISTRY,
)
OPEN_STREAMS = Gauge("visitbridge_open_streams", "Event streams held open.", registry=REGISTRY)
INBOX_UNREAD = Gauge(
    "visitbridge_inbox_unread",
    "Deliveries that nobody has read yet, in the whole deployment.",
    registry=REGISTRY,
)
INBOX_FAILED = Gauge(
    "visitbridge_inbox_failed",
    "Deliveries that were tried in vain too often and are set aside, in the whole deployment.",
    registry=REGISTRY,
)
OUTBOX = Gauge(
    "visitbridge_outbox",
    "Things owed to other systems and not delivered, by kind and state, in the whole deployment.",
    ["kind", "state"],
    registry=REGISTRY,
)
OUTBOX_OLDEST = Gauge(
    "visitbridge_outbox_oldest_seconds",
    "How long the oldest of them has been owed; 0 if there is none.",
    ["kind", "state"],
    registry=REGISTRY,
)
PATIENTS_WAITING = Gauge(
    "visitbridge_patients_waiting",
    "Patients who wait for an unfinished visit, and whether a page of the clinic has shown it (told).",
    ["site", "told"],
    registry=REGISTRY,
)
LONGEST_WAIT = Gauge(
    "visitbridge_longest_wait_seconds",
    "How long the one of them has been waiting who has waited longest; 0 if nobody waits.",
    ["site"],
    registry=REGISTRY,
)
VIDEO_CALLS = Counter(
    "visitbridge_video_calls",
    "Calls of the video vendor, by its name for them and their outcome: answered, or how they failed.",
    ["step", "outcome"],
    registry=REGISTRY,
)
AUDIT_ROWS = Gauge(
    "visitbridge_audit_rows",
    "Rows of the audit, in the whole deployment. It never becomes less, unless somebody took rows away.",
    registry=REGISTRY,
)
POLLS = Counter(
    "visitbridge_polls",
    "Calls of the video vendor that no click asked for: answered, failed, or refused for want of a plan.",
    ["step", "outcome"],
    registry=REGISTRY,
)
POLL_ANSWERED = Gauge(
    "visitbridge_poll_answered_timestamp_seconds",
    "When a look at a call was last answered, in the whole deployment; 0 before the first.",
    registry=REGISTRY,
)
POLL_BUDGET_LEFT = Gauge(
    "visitbridge_poll_budget_left",
    "Calls of this UTC day that a site may still spend on looking.",
    ["site"],
    registry=REGISTRY,
)
POLL_NOT_OFFERED = Gauge(
    "visitbridge_poll_not_offered",
    "1 while the account's plan or the app's scopes do not hold this question.",
    ["step"],
    registry=REGISTRY,
)
SYNC_TURNS = Counter(
    "visitbridge_sync_turns",
    "Searches for appointments that nobody clicked for: read, failed, or held back by the site's budget.",
    ["site", "kind", "outcome"],
    registry=REGISTRY,
)
SYNC_TOLD = Counter(
    "visitbridge_sync_told",
    "What EHRs told of their own accord: handshakes, heartbeats, and events.",
    ["site", "kind"],
    registry=REGISTRY,
)
SYNC_APPOINTMENTS = Counter(
    "visitbridge_sync_appointments",
    "Appointments that these searches found, by what became of them.",
    ["site", "outcome"],
    registry=REGISTRY,
)
SYNC_READ = Gauge(
    "visitbridge_sync_read_timestamp_seconds",
    "As of when all appointments of a band are known, in the whole deployment; 0 before the first time.",
    ["site", "kind"],
    registry=REGISTRY,
)
VIDEO_SILENT = Gauge(
    "visitbridge_video_silent_seconds",
    "For how long a video service (`kind`) has not answered; 0 while no trouble is known.",
    ["kind"],
    registry=REGISTRY,
)
VISITS_WITHOUT_HOST = Gauge(
    "visitbridge_visits_without_host",
    "Visits of tomorrow whose host cannot host, or is not named, by why.",
    ["site", "kind"],
    registry=REGISTRY,
)
HOSTS_OVERPLANNED = Gauge(
    "visitbridge_hosts_overplanned",
    "Hosts with more visits in this UTC day or the next than the vendor lets them have meetings.",
    registry=REGISTRY,
)
RECORDINGS_FETCHED = Counter(
    "visitbridge_recordings_fetched",
    "Tries to fetch a recording into our own storage: stored or failed.",
    ["outcome"],
    registry=REGISTRY,
)
RECORDINGS_KEPT = Gauge(
    "visitbridge_recordings_kept", "Files of recordings in our own storage.", registry=REGISTRY
)
RECORDINGS_BYTES = Gauge(
    "visitbridge_recordings_bytes", "Bytes of recordings in our own storage.", registry=REGISTRY
)
