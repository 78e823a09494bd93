"""The picture of the flow: bands from what came in to where it is now, drawn on the server."""

from collections.abc import Mapping
from typing import NamedTuple

from admin.pages.shell import marked
from engine.runtime.control import AHEAD, Control, Stage

WIDTH, HEIGHT = 960, 300
_TOP, _BOTTOM = 34, 12
_BAR = 14
_COLUMNS = (8, 250, 490, 760)
_GAP = 12
_LEAST = 3
"""Height of the thinnest band, so that one document of many is seen."""

NAMES: Mapping[Stage, str] = {
    "queued": marked("In the queue"), "reading": marked("Being read"), "judging": marked("Being judged"),
    "in_review": marked("In review"), "waiting": marked("Waiting"), "posting": marked("Posting"),
    "posted": marked("Posted"), "parked": marked("Parked"), "rejected": marked("Rejected"),
    "duplicate": marked("Duplicate"), "set_aside": marked("Set aside"),
}  # fmt: skip
_ENDS: tuple[Stage, ...] = (
    "posted", "posting", "waiting", "in_review", "parked", "rejected", "duplicate", "set_aside",
)  # fmt: skip
TONES: Mapping[Stage, str] = {
    "posted": "good", "posting": "going", "waiting": "going", "in_review": "warn", "parked": "bad", "rejected": "quiet",
    "duplicate": "quiet", "set_aside": "quiet", "queued": "going", "reading": "going", "judging": "going",
}  # fmt: skip


class Node(NamedTuple):
    """A bar of the picture, with its words beside it."""

    x: float
    top: float
    height: float
    title: str
    figure: int
    tone: str


class Band(NamedTuple):
    """What flows from one bar to the next."""

    path: str
    tone: str


class Picture(NamedTuple):
    """The whole picture, in units of its view box."""

    nodes: list[Node]
    bands: list[Band]
    width: int
    height: int


def picture(shown: Control) -> Picture:
    """Return the picture of a flow. Heights are in proportion to counts, but nothing that is there is too thin to be seen."""
    ends = [one for one in _ENDS if shown.flow[one] or one in {"posted", "in_review"}]
    room = HEIGHT - _TOP - _BOTTOM - _GAP * (len(ends) + 1)
    scale = max(room - _LEAST * len(ends), 1) / max(shown.came, 1)

    def tall(count: int) -> float:
        return count * scale + _LEAST if count else 0.0

    passed = [(marked("Received"), shown.came), (marked("Read"), shown.read), (marked("Judged"), shown.judged)]
    nodes, bands = [], []
    for index, (title, count) in enumerate(passed):
        nodes.append(Node(_COLUMNS[index], _TOP, round(tall(count), 1), title, count, "going"))
        if index and count:
            bands.append(_band(nodes[index - 1], _TOP, nodes[index], tall(count)))
    top, left = float(_TOP), float(_TOP)
    for stage in ends:
        height = tall(shown.flow[stage])
        node = Node(_COLUMNS[3], round(top, 1), round(height, 1), NAMES[stage], shown.flow[stage], TONES[stage])
        nodes.append(node)
        if height:
            bands.append(_band(nodes[2], left, node, height))
            left += shown.flow[stage] * scale
        top += max(height, _LEAST) + _GAP
    low = max(node.top + node.height for node in nodes)
    return Picture(nodes, bands, WIDTH, round(low) + _BOTTOM)


def _band(begin: Node, at: float, end: Node, height: float) -> Band:
    """Return a band of one height, bent like an S (cubic Bezier curves)."""
    x0, x1 = begin.x + _BAR, end.x
    half, low0, low1 = (x0 + x1) / 2, at + height, end.top + height
    path = (
        f"M{x0:.1f} {at:.1f}C{half:.1f} {at:.1f} {half:.1f} {end.top:.1f} {x1:.1f} {end.top:.1f}"
        f"V{low1:.1f}C{half:.1f} {low1:.1f} {half:.1f} {low0:.1f} {x0:.1f} {low0:.1f}Z"
    )
    return Band(path, end.tone)


def table(shown: Control) -> list[tuple[Stage, str, int]]:
    """Return the same as rows: stage, name, count."""
    return [(stage, NAMES[stage], shown.flow[stage]) for stage in (*AHEAD, *_ENDS)]
