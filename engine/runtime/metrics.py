"""Metrics for Prometheus, served under /metrics: counters of this process, and gauges over the database of all workers."""

from prometheus_client import Counter, Gauge, Histogram

DOCUMENTS = Counter("postroom_documents_settled_total", "Documents that reached a settled state.", ["state"])
OPERATIONS = Counter(
    "postroom_operations_settled_total", "Operations by target and state reached.", ["target", "state"]
)
STEP_SECONDS = Histogram(
    "postroom_step_seconds", "Time of one step.", ["step"], buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
)
STATES = Gauge("postroom_documents", "Documents now in a state.", ["state"])
OPERATION_STATES = Gauge("postroom_operations", "Operations now in a state.", ["state"])
REVIEWS = Gauge("postroom_open_reviews", "Documents that wait for a person, by queue.", ["queue"])
WORKERS = Gauge("postroom_workers_alive", "Workers whose heartbeat is fresh.")
FINDINGS = Counter("postroom_findings_total", "Findings by code.", ["code"])
ALARMS = Gauge("postroom_alarms", "Alarms that are raised, by kind.", ["kind"])
TARGET_OPEN = Gauge("postroom_target_left_alone", "1 while a target is left alone because it failed.", ["target"])
OUTBOX = Gauge("postroom_outbox", "Operations on their way, by target.", ["target"])
CALLS = Gauge("postroom_calls_running", "Calls to a target at this moment.", ["target"])
