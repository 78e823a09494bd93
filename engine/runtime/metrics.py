"""Counters for Prometheus; served under /metrics."""

from prometheus_client import Counter, Gauge, Histogram

DOCUMENTS = Counter("postroom_documents_settled_total", "Documents that reached a settled state.", ["state"])
OPERATIONS = Counter("postroom_operations_total", "Operations by target and state reached.", ["target", "state"])
STEP_SECONDS = Histogram(
    "postroom_step_seconds", "Time of one step.", ["step"], buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
)
STATES = Gauge("postroom_documents", "Documents now in a state.", ["state"])
FINDINGS = Counter("postroom_findings_total", "Findings by code.", ["code"])
