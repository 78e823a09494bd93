"""Whatever dies, wherever: every document ends once, and every operation takes effect once."""

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
NOTHING_LEFT = ("post", "bring")
"""Whoever dies after these leaves no operation on its way, and none is found to have died on it."""
RESCUES_NOBODY = {"dead_after_seconds": 3600}


def test_a_hub_killed_at_any_step_or_in_the_middle_of_a_send_leaves_each_operation_exactly_once(site: Site) -> None:
    """Every process dies at another boundary over a document of its own; the last one finds all the dead at once."""
    files = site.invoices(len(BOUNDARIES))
    lives = [
        {"accept": [str(file)], "death": death, "settings": RESCUES_NOBODY}
        for file, death in zip(files, BOUNDARIES, strict=True)
    ]

    ends = site.lives(*lives, {})

    assert ends == [-9] * len(BOUNDARIES) + [0]
    died_on = {event.document_id for event in site.events("processing_died")}
    assert len(died_on) >= len(BOUNDARIES) - len(NOTHING_LEFT)
    site.assert_each_posted_once(len(BOUNDARIES))


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_a_hub_killed_together_with_its_rescuer_leaves_each_operation_exactly_once(site: Site) -> None:
    files = [str(file) for file in site.invoices(3)]
    death = {"when": "after", "folder": "claim"}

    ends = site.lives(
        {"accept": files, "death": death}, {"death": death}, {"death": {"when": "after", "step": "post"}}, {}
    )

    assert ends == [-9, -9, -9, 0]
    site.assert_each_posted_once(3)
