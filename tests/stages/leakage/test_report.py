from decimal import Decimal

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import Drift
from engine.stages.leakage.report import findings
from tests.stages.leakage.test_limits import POLICY, invoice

DRIFTING = Drift(vendor="V", item="A-1", currency="EUR", count=12, amount=Decimal("228.00"), score=Decimal(14))


def test_a_drifting_item_is_told_with_its_sum() -> None:
    (found,) = findings(
        None, drifts=[DRIFTING, DRIFTING.model_copy(update={"score": Decimal(3)})], history=(), policy=POLICY
    )

    assert (found.code, found.severity) == ("leakage_drift", "warning")
    assert "228.00 EUR over 12 invoices" in found.message


def test_a_split_is_told_with_its_parts() -> None:
    (found,) = findings(invoice("900.00"), drifts=(), history=[invoice("800.00", 1)], policy=POLICY)

    assert (found.code, found.severity) == ("leakage_split", "error")
    assert [amount for _, amount in found.evidence] == ["800.00", "900.00"]


def test_a_crowd_below_a_limit_is_told_together_with_the_candidate() -> None:
    crowd = [invoice(f"{4900 + number}.00", number * 20) for number in range(1, 8)]

    (found,) = findings(invoice("4950.00"), drifts=(), history=crowd, policy=POLICY)

    assert found.code == "leakage_below_limit"


def test_nothing_known_is_nothing_told() -> None:
    assert findings(invoice("900.00"), drifts=(), history=(), policy=LeakagePolicy()) == ()
