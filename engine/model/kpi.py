"""What every figure of the KPI pages means. Pages, reference and calculation read this file, so they cannot disagree.

A measure is one count over another. What each count counts is said here in a sentence and in `engine/store/kpi.py` in SQL; both
have the same names.
"""

from collections.abc import Mapping
from typing import Literal

from engine.model.value import Value

SETTLING_DAYS = 30
"""How long a posted document may still be corrected before it counts as gone straight through for sure."""

TOUCHES: frozenset[str] = frozenset(
    {
        "document_corrected", "document_approved", "document_rejected", "review_passed_on", "comment", "lesson_refused",
        "waiting_begun", "waiting_ended", "reading_confirmed", "replay_begun", "told_apart", "split_decided", "documents_merged", "merged_into",
        "merge_undone",
        "operation_edited", "operation_retried", "operation_settled", "operation_absent", "operation_cancelled",
        "operation_parked",
    }
)  # fmt: skip
"""Ledger entries that are acts on a document, where neither the hub itself nor a target is their actor."""

LOOKS: frozenset[str] = frozenset({"data_revealed", "lineage_exported"})
"""Ledger entries of people who only looked: no touch."""

ANSWERS: frozenset[str] = frozenset(
    {"document_corrected", "document_approved", "document_rejected", "review_passed_on", "reading_confirmed"}
)
"""Acts that answer a question of the review desk."""

Unit = Literal["share", "count", "seconds", "number"]
Group = Literal["all", "type", "entity", "queue", "team", "vendor"]
GROUPS: tuple[Group, ...] = ("all", "type", "entity", "queue", "team", "vendor")
"""By what figures are told apart. Entity, queue and team are the departments: whom it is addressed to, who was asked first."""

Step = Literal["day", "week", "month"]
STEPS: tuple[Step, ...] = ("day", "week", "month")
"""Lengths of a period, in UTC; weeks begin on Monday. A document belongs to the period in which it came in."""

COUNTS: Mapping[str, str] = {
    "received": "Documents that came in, without those that only hold others, were overtaken by a later version, or are our own writing come back.",
    "open": "Of these, documents that the machine is not done with and nobody was asked about.",
    "decided": "Of these, documents that are neither open nor duplicates: posted, rejected, parked, or in front of people.",
    "straight": "Decided documents that are confirmed, which no person touched before or within 30 days after the confirmation, and whose 30 days are over.",
    "provisional": "The same, but the 30 days are not over: a correction may still come.",
    "confirmed": "Decided documents of which every operation that was not called off is committed and has a receipt of its target.",
    "exceptions": "Decided documents that were put before a person at least once.",
    "touched": "Decided documents on which a person, or a program that speaks for one, acted. Looking is no act.",
    "duplicates": "Documents that were held back because another one claims the same.",
    "arrived_again": "Arrivals of bytes that were here before; they never become another document.",
    "operations": "Writes into targets that were planned and not called off.",
    "ended": "Operations that came to an end, good or bad: committed, rejected, parked or of unknown outcome.",
    "committed": "Operations that took effect.",
    "retries": "Attempts beyond the first one of each operation.",
    "answers": "Corrections, approvals, rejections and hand-overs by people, on the desk, by API or command line.",
    "measured": "Answers given on the desk whose time and keys were counted there.",
    "seconds": "Seconds in which somebody was active on the page before an answer: the page is in front, and less than 60 seconds passed since the last key, click or move.",
    "keys": "Keys pressed on the page before an answer.",
    "clicks": "Clicks on the page before an answer.",
    "values_seen": "Values that the machine made of documents which people answered, after normalization, and values that people added.",
    "values_wrong": "Of these, values that a person changed, added or took away.",
}  # fmt: skip
"""What is counted, by name. 30 and 60 are SETTLING_DAYS and the pause of desk-effort.js."""


class Measure(Value):
    """One figure: a count over another, or a percentile of a time."""

    name: str
    title: str
    unit: Unit
    over: str
    """The count, or the time of which it is a percentile."""
    under: str = ""
    """What it is divided by; empty: it is the count itself."""
    is_rest: bool = False
    """One minus the share."""
    percentile: int = 0
    """0: no percentile."""
    good: Literal["up", "down", ""] = ""
    """Which way is better."""
    says: str
    """The definition, as pages show it."""


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="straight_rate", title="Straight-through", unit="share", over="straight", under="decided", good="up",
        says="No person ever touched it, its target confirmed it by a receipt, and it was not corrected within 30 days; over all decided documents. Younger ones stand apart as provisional.",
    ),
    Measure(
        name="provisional_rate", title="Provisionally straight-through", unit="share", over="provisional", under="decided",
        says="As above, but the 30 days are not over. Each of these still becomes straight-through or not.",
    ),
    Measure(
        name="exception_rate", title="Exceptions", unit="share", over="exceptions", under="decided", good="down",
        says="Decided documents that were put before a person at least once, over all decided ones. A document with several reasons counts once here and once under each reason.",
    ),
    Measure(
        name="posting_p50", title="Posting latency, median", unit="seconds", over="posting", percentile=50, good="down",
        says="From the moment at which its first operation was planned to the receipt of its last one: half of the confirmed documents were faster (nearest rank).",
    ),
    Measure(
        name="posting_p95", title="Posting latency, 95th percentile", unit="seconds", over="posting", percentile=95, good="down",
        says="The same: 95 of 100 confirmed documents were faster.",
    ),
    Measure(
        name="cycle_p50", title="Cycle time, median", unit="seconds", over="cycle", percentile=50, good="down",
        says="From arrival to the receipt of the last operation, with all waiting for people: half of the confirmed documents were faster.",
    ),
    Measure(
        name="cycle_p95", title="Cycle time, 95th percentile", unit="seconds", over="cycle", percentile=95, good="down",
        says="The same: 95 of 100 confirmed documents were faster.",
    ),
    Measure(
        name="duplicates", title="Duplicates prevented", unit="count", over="duplicates",
        says="Documents that were held back because another one claims the same, with the sum of their totals by currency. Copies that a person found are not counted.",
    ),
    Measure(
        name="arrived_again", title="Same file again", unit="count", over="arrived_again",
        says="Arrivals of bytes that were here before. They end at the door and are not counted as duplicates or money.",
    ),
    Measure(
        name="touch_seconds", title="Touch time of an answer", unit="seconds", over="seconds", under="measured", good="down",
        says="Active seconds on the page before an answer, on average over the answers that were measured. A second counts while the page is in front and less than 60 seconds passed since the last key, click or move. Who answered is not kept with it.",
    ),
    Measure(
        name="touch_keys", title="Keys of an answer", unit="number", over="keys", under="measured", good="down",
        says="Keys pressed on the page before an answer, on average over the answers that were measured. Which keys is not recorded.",
    ),
    Measure(
        name="accuracy", title="Field accuracy after normalization", unit="share", over="values_wrong", under="values_seen", is_rest=True, good="up",
        says="Values that people left as the machine first made them, over all values of the documents that people answered. These are the harder documents, so it is a lower bound for all.",
    ),
    Measure(
        name="write_back", title="Write-back success", unit="share", over="committed", under="ended", good="up",
        says="Operations that took effect, over those that came to an end: committed, rejected, parked or of unknown outcome.",
    ),
    Measure(
        name="retry_rate", title="Retries of an operation", unit="number", over="retries", under="operations", good="down",
        says="Attempts beyond the first one, over operations that were planned and not called off.",
    ),
)  # fmt: skip
"""In the order in which they are shown."""
