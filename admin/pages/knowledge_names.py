"""What people call the kinds of written knowledge, their states, and the columns of their grids."""

from collections.abc import Mapping

from admin.pages.shell import marked

KINDS: Mapping[str, str] = {
    "flow": marked("Flows"),
    "ruleset": marked("Rules and thresholds"),
    "table": marked("Decision tables"),
    "tolerance": marked("Tolerances"),
    "matrix": marked("Mapping matrices"),
    "xref": marked("Cross-references"),
    "inbound": marked("Inbound matrices"),
    "vocabulary": marked("Vocabularies"),
    "paper": marked("Kinds of paper"),
    "terms": marked("Payment terms"),
    "receipts": marked("Receipt words"),
    "layout": marked("Layouts of vendors"),
    "environment": marked("Environments"),
    "facts": marked("Facts"),
}
STATES: Mapping[str, str] = {"draft": marked("draft"), "released": marked("released"), "live": marked("live")}
