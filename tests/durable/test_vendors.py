"""Every vendor's adapter and every way to hand files over under our posting, with lying stand-ins and killed workers."""

from pathlib import Path

import pytest

from tests.durable.vendors import VENDORS, besiege

pytestmark = [pytest.mark.slow, pytest.mark.siege]
EACH = 4


def test_each_operation_stands_once_at_each_vendor_whatever_dies_or_lies(tmp_path: Path) -> None:
    found, _, kills = besiege(
        tmp_path / "hub", None, count=EACH * len(VENDORS), permille=60, kill_every=3, patience=600
    )

    assert {name: one for name, one in found.items() if not one.is_good} == {}
    assert sum(one.planned for one in found.values()) == EACH * len(VENDORS)
    assert kills > 0
