"""Whatever dies, wherever: every document ends once, and every operation takes effect once."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.durable.hub import FOLDER_CALLS, ROOMS
from tests.durable.site import Site

pytestmark = pytest.mark.slow

WHEN = ("before", "after")
BOUNDARIES: list[dict[str, Any]] = [
    *({"when": when, "step": step} for step in ROOMS for when in WHEN),
    *({"when": when, "folder": call} for call in FOLDER_CALLS for when in WHEN),
]
ONE_HALF = tuple(point for at, point in enumerate(BOUNDARIES) if (at + at // 2) % 2)
"""Every step and call is met, in turns before and after it; the other half is met on the other kind of database."""
OTHER_HALF = tuple(point for point in BOUNDARIES if point not in ONE_HALF)
NOTHING_LEFT = ("post", "bring")
"""Whoever dies after these leaves no operation on its way, and none is found to have died on it."""
RESCUES_NOBODY = {"dead_after_seconds": 3600}


EVERYWHERE = [
    pytest.param("sqlite", ONE_HALF, id="sqlite, one half"),
    pytest.param("postgresql", OTHER_HALF, id="postgresql, other half"),
    *(pytest.param(kind, BOUNDARIES, id=f"{kind}, all", marks=pytest.mark.siege) for kind in ("sqlite", "postgresql")),
]


@pytest.mark.parametrize(("site", "points"), EVERYWHERE, indirect=["site"])
def test_a_hub_killed_at_any_step_or_in_the_middle_of_a_send_leaves_each_operation_exactly_once(
    site: Site, points: Sequence[dict[str, Any]]
) -> None:
    """Every process dies at another boundary over a document of its own; the last one finds all the dead at once."""
    files = site.invoices(len(points))
    lives = [
        {"accept": [str(file)], "death": death, "settings": RESCUES_NOBODY}
        for file, death in zip(files, points, strict=True)
    ]

    ends = site.lives(*lives, {})

    assert ends == [-9] * len(points) + [0]
    died_on = {event.document_id for event in site.events("processing_died")}
    assert len(died_on) >= len(points) - len(NOTHING_LEFT)
    site.assert_each_posted_once(len(points))


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_a_hub_killed_together_with_its_rescuer_leaves_each_operation_exactly_once(site: Site) -> None:
    files = [str(file) for file in site.invoices(3)]
    death = {"when": "after", "folder": "claim"}

    ends = site.lives(
        {"accept": files, "death": death}, {"death": death}, {"death": {"when": "after", "step": "post"}}, {}
    )

    assert ends == [-9, -9, -9, 0]
    site.assert_each_posted_once(3)
