"""Workers take the work of others over: of dead ones, of those taken for dead, and of those that ended in peace."""

import signal
from collections.abc import Sequence
from typing import Any

import pytest

from tests.durable.locks import nobody_holds_a_lock
from tests.durable.site import Consumer, Site, wait_until
from tests.durable.test_kill import BOUNDARIES, OTHER_HALF, RESCUES_NOBODY
from tests.forked import Forked

pytestmark = pytest.mark.slow

ONLY_SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("site", ["postgresql"], indirect=True)
ASLEEP = -signal.SIGSTOP


def queue(site: Site, count: int) -> None:
    """Have documents queued by a process that processes nothing."""
    files = [str(file) for file in site.invoices(count)]
    assert site.lives({"accept": files, "consume": False}) == [0]


def register(site: Site, count: int) -> None:
    """Take documents in and leave it to any worker to queue them."""
    site.accept(*site.invoices(count))


def freeze_while_holding_work(site: Site, worker: Forked) -> None:
    """Stop a worker at a moment at which it holds documents."""

    def holds() -> bool:
        if not site.pending(worker):
            return False
        worker.send_signal(signal.SIGSTOP)
        if site.pending(worker) and nobody_holds_a_lock(site.home, site.database_url):
            return True
        worker.send_signal(signal.SIGCONT)
        return False

    wait_until(holds, "the worker holds a document")


@ONLY_SQLITE
def test_a_living_worker_ends_what_a_killed_one_held(site: Site) -> None:
    queue(site, 8)
    with Consumer(site.out / "erp") as consumer:
        victim = site.worker()
        freeze_while_holding_work(site, victim)
        site.worker()
        victim.kill()
        wait_until(site.settled, "the other worker ends everything")

    assert site.events("worker_taken_over")
    site.assert_each_posted_once(8, consumer.numbers)


@ONLY_POSTGRESQL
def test_a_worker_that_slept_through_its_own_funeral_does_no_harm_when_it_wakes_up(site: Site) -> None:
    register(site, 6)
    with Consumer(site.out / "erp") as consumer:
        sleeper = site.worker()
        freeze_while_holding_work(site, sleeper)
        other = site.worker()
        wait_until(site.settled, "the other worker ends everything")
        sleeper.send_signal(signal.SIGCONT)
        for worker in (sleeper, other):
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=60) == 0

    site.assert_each_posted_once(6, consumer.numbers)


@ONLY_SQLITE
@pytest.mark.parametrize(
    "points",
    [
        pytest.param(OTHER_HALF, id="a half"),
        pytest.param(BOUNDARIES, id="all", marks=pytest.mark.siege),
    ],
)
def test_workers_that_wake_up_anywhere_after_the_end_change_nothing(
    site: Site, points: Sequence[dict[str, Any]]
) -> None:
    """One worker a boundary falls asleep there; another ends everything; then all wake up."""
    count = len(points)
    sleepers: list[dict[str, Any]] = [
        {"accept": [str(file)], "death": {**point, "signal": "SIGSTOP"}, "settings": RESCUES_NOBODY, "until": "left"}
        for file, point in zip(site.invoices(count), points, strict=True)
    ]

    ends = site.lives(*sleepers, {}, *({"wake": at} for at in range(count)))

    assert ends == [ASLEEP] * count + [0] + [0] * count
    site.assert_each_posted_once(count)


DUELS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"when": "before", "step": "read"}, {"when": "before", "step": "settle"}),
    ({"when": "after", "step": "read"}, {"when": "after", "step": "judge"}),
    ({"when": "before", "step": "judge"}, {"when": "before", "step": "post"}),
    ({"when": "before", "step": "plan"}, {"when": "after", "folder": "claim"}),
    ({"when": "before", "step": "post"}, {"when": "after", "folder": "rename"}),
    ({"when": "before", "folder": "claim"}, {"when": "after", "folder": "write"}),
    ({"when": "after", "folder": "claim"}, {"when": "before", "folder": "rename"}),
    ({"when": "after", "folder": "rename"}, {"when": "before", "step": "post"}),
    ({"when": "after", "step": "post"}, {"when": "before", "step": "settle"}),
    ({"when": "before", "step": "settle"}, {"when": "after", "step": "settle"}),
]


@ONLY_POSTGRESQL
@pytest.mark.parametrize(
    "duels",
    [pytest.param(DUELS[::2], id="a half"), pytest.param(DUELS, id="all", marks=pytest.mark.siege)],
)
def test_two_workers_on_one_document_at_the_same_time_post_it_once(
    site: Site, duels: Sequence[tuple[dict[str, str], dict[str, str]]]
) -> None:
    """One sleeps, a second takes its document over and falls asleep too; the first wakes up, then the second."""
    lives: list[dict[str, Any]] = []
    for at, (file, (first, second)) in enumerate(zip(site.invoices(len(duels)), duels, strict=True)):
        one = {"death": {**first, "signal": "SIGSTOP"}, "settings": RESCUES_NOBODY, "until": "left"}
        other = {"death": {**second, "signal": "SIGSTOP"}, "settings": {"dead_after_seconds": 0.5}}
        lives += [{**one, "accept": [str(file)]}, other, {"wake": 2 * at}, {"wake": 2 * at + 1}]

    ends = site.lives(*lives)

    # a sleeper is woken for a moment while it holds a lock: now and then its other threads do the second's part then
    assert set(ends[0::4]) == {ASLEEP}
    assert ends[1::4].count(ASLEEP) >= len(duels) - 3
    assert set(ends[1::4]) <= {ASLEEP, 0}
    assert set(ends[2::4] + ends[3::4]) == {0}
    site.assert_each_posted_once(len(duels))


@ONLY_POSTGRESQL
@pytest.mark.parametrize(
    ("words", "end"), [(["worker"], 0), (["serve", "--port", "0"], -signal.SIGTERM)], ids=["worker", "serve"]
)
def test_who_is_told_to_stop_ends_the_documents_that_run(site: Site, words: Sequence[str], end: int) -> None:
    """The web server ends by the signal that it was sent, when all is done (uvicorn's way)."""
    register(site, 5)
    first = site.command(*words, heartbeat_seconds=1)
    wait_until(lambda: bool(site.pending(first)), "the worker holds a document")

    first.send_signal(signal.SIGTERM)
    ended = first.wait(timeout=60)

    assert ended == end
    assert site.pending(first) == 0
    assert set(site.states()) <= {"received", "posting", "posted"}
    assert all(calls == 0 for _, calls in site.on_the_way().values())
    site.worker()
    wait_until(site.settled, "another worker does the rest")
    assert not site.events("worker_taken_over")
    site.assert_each_posted_once(5)


@ONLY_SQLITE
def test_a_run_that_ends_leaves_nothing_behind_of_what_it_took_from_the_queue(site: Site) -> None:
    register(site, 5)
    (own,) = site.invoices(1, first=1006)

    run = site.command("run", str(own))
    _, errors = run.communicate(timeout=90)

    assert run.returncode == 0, errors
    site.worker()
    wait_until(site.settled, "a worker does the rest")
    site.assert_each_posted_once(6)


@ONLY_SQLITE
def test_runs_and_a_worker_share_one_sqlite_file(site: Site) -> None:
    files = site.invoices(8)
    assert site.house.settings.database_url is None
    worker = site.worker()

    runs = [site.command("run", "--json", *map(str, part)) for part in (files[:4], files[4:])]
    said = [run.communicate(timeout=120)[1] for run in runs]
    worker.send_signal(signal.SIGTERM)
    said.append(worker.communicate(timeout=60)[1])

    assert [run.returncode for run in runs] == [0, 0], said
    assert not [text for text in said if "locked" in text or "Traceback" in text]
    site.assert_each_posted_once(8)
