"""Posting besieged: targets that lie, workers killed at random moments, and limits that hold over processes."""

import pytest

from engine.model.call_limits import CallLimits
from tests.durable.siege import SINGLE, besiege
from tests.durable.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.siege]


def test_operations_take_effect_once_while_targets_lie_and_workers_are_killed(site: Site) -> None:
    found = besiege(site.home, site.database_url, count=36, permille=300, kill_every=1.0)

    assert (found.doubled, found.missing, found.disordered, found.parked_without_reason) == ({}, [], [], [])
    assert found.states == {"committed": 36}
    assert dict(found.standing) == dict(found.told)
    assert found.chain_is_whole
    assert (found.kills > 0, sum(found.faults.values()) > 0) == (True, True)


def test_several_processes_together_keep_to_concurrency_and_rate_and_lose_nothing(site: Site) -> None:
    limits = CallLimits(concurrency=4, calls=8, per_seconds=1)

    found = besiege(
        site.home, site.database_url, count=30, permille=0, kill_every=0, slow_seconds=0.3, limits=limits,
        targets=(SINGLE,),
    )  # fmt: skip

    assert found.states == {"committed": 30}
    assert 1 < found.most_calls[SINGLE] <= limits.concurrency
    assert found.most_in_a_second[SINGLE] <= 8
