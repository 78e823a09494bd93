"""What policy asks of a version before its effects are looked at: tried elsewhere, released, tested."""

from collections.abc import Iterator

from engine.content import closure
from engine.content.environment import load_environments
from engine.content.library import Library
from engine.content.live import read_live
from engine.content.release_record import read_record
from engine.model.errors import PostroomError
from engine.runtime import checking, golden
from engine.runtime.bindings import bound
from engine.runtime.house import House


def unmet(house: House, candidate: Library, flow_ref: str, *, came_from: str | None) -> Iterator[str]:
    """Yield what a version lacks, in sentences that say what to do. Raises PostroomError for an unknown environment."""
    policy, root = house.library.environment.promotion, house.settings.content_folder()
    sources = (came_from,) if came_from else policy.sources
    if came_from and policy.sources and came_from not in policy.sources:
        yield f"Versions come here from {' or '.join(policy.sources)}, not from {came_from}."
    elif sources and not any(_is_live(house, candidate, flow_ref, name) for name in sources):
        yield f"{flow_ref} is not live in {' or '.join(sources)} as it is here. Promote it there first."
    if policy.released:
        record = read_record(root, f"flow/{flow_ref}")
        if record is None or not record.is_released:
            yield f"{flow_ref} is a draft. Freeze it with `postroom release {flow_ref}`."
    for one in bound(candidate, house.plugs):
        # what an adapter would take by itself has to be written down, so that nobody is surprised in production
        if one.state != "found":
            yield f"{one.name} is {one.state}: {one.note} See `postroom env check {house.library.environment.name}`."
    if policy.tests:
        yield from _failing(house, candidate)


def _failing(house: House, candidate: Library) -> Iterator[str]:
    """Yield what lint and examples find in the content, and the golden cases that come out otherwise."""
    root = house.settings.content_folder()
    for part in checking.examined(root):
        if part.state != "clean":
            yield f"{part.name}: {part.told[0]}" + (f" And {len(part.told) - 1} more." if len(part.told) > 1 else "")
    cases = golden.cases(root)
    if not cases:
        return
    with golden.bench(house.settings, environment=house.library.environment.name) as bench:
        other = [ran for ran in golden.run(bench, cases, library=candidate) if ran.differences]
    if other:
        yield (
            f"{len(other)} golden cases come out otherwise, first {other[0].case}: {other[0].differences[0]}. Where that is "
            "wanted, freeze them anew with `postroom golden add`."
        )


def _is_live(house: House, candidate: Library, flow_ref: str, environment: str) -> bool:
    root = house.settings.content_folder()
    known = load_environments(root / "environments")
    if environment not in known:
        raise PostroomError(f"There is no environment {environment!r}; there are: {', '.join(known)}.")
    live = read_live(root, environment)
    if live is None:
        return flow_ref in known[environment].flows
    content = closure.content_of(candidate, flow_ref)
    return flow_ref in live.refs and all(live.pins.get(ref) == sha256 for ref, sha256 in content)
