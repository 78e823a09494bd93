"""Releasing a version: it and all that it pins is frozen, after lint, tests and the agreement of those who own it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from engine.content import closure, cross_check, released
from engine.content.live import Pin
from engine.content.matrix import Matrix
from engine.content.matrix_row import MatrixRow
from engine.content.ownership import Ownership, load_ownership
from engine.content.release_record import Approval, ReleaseRecord, read_record, write_record
from engine.content.shelf import Shelf, everything
from engine.model.errors import ContentError, PostroomError
from engine.model.value import Value
from engine.runtime import mappings, rules

LOCK = Path("rules") / "released.lock"
_TESTED = frozenset({"ruleset", "table"})


class Piece(Value):
    """One piece of content that a version pins."""

    ref: str
    digest: str
    file: str
    is_released: bool
    is_changed: bool = False
    """Released, and not what it was then."""
    owners: tuple[str, ...] = ()
    """Teams that have to agree to it; none for what is released already."""


class Standing(Value):
    """How far the release of a version is."""

    ref: str
    digest: str
    """Of everything it pins; approvals are for exactly this."""
    pieces: tuple[Piece, ...]
    approvals: tuple[Approval, ...] = ()
    """Those that hold: given for this digest."""
    missing: tuple[str, ...] = ()
    """Everything that stands in the way, in sentences."""
    is_released: bool = False


def find(shelf: Shelf, name: str) -> str:
    """Return the reference of `ap_invoice@2` (a flow before anything else) or of `ruleset/ap_invoice@2`.

    Raises ContentError naming what there is.
    """
    if name in shelf.digests:
        return name
    fitting = sorted(ref for ref in shelf.digests if ref.partition("/")[2] == name)
    flows = [ref for ref in fitting if ref.startswith("flow/")]
    if len(flows or fitting) == 1:
        return (flows or fitting)[0]
    if fitting:
        raise ContentError(f"{name} may be {', '.join(fitting)}; say which", file=str(shelf.root))
    alike = sorted(ref for ref in shelf.digests if ref.partition("/")[2].partition("@")[0] == name.partition("@")[0])
    there = ", ".join(alike or (ref for ref in sorted(shelf.digests) if ref.startswith("flow/"))) or "nothing"
    raise ContentError(f"there is no {name!r}; there is: {there}", file=str(shelf.root))


def pinned(shelf: Shelf, ref: str) -> closure.Pins:
    """Return what a version pins, itself included."""
    kind, _, name = ref.partition("/")
    if kind == "flow":
        return closure.closure(shelf, name)
    refs = {ref}
    if kind == "ruleset":
        ruleset = shelf.rulesets[name]
        refs |= {f"table/{one}" for one in ruleset.tables} | (
            {f"tolerance/{ruleset.matching}"} if ruleset.matching else set()
        )
    if kind in _TESTED:
        refs.add(f"facts/{shelf.facts.name}@{shelf.facts.version}")
    if kind == "matrix":
        matrix = shelf.matrices[name]
        refs |= {f"schema/{matrix.record}", *(f"xref/{one}" for one in matrix.xrefs)}
    return tuple(sorted((one, shelf.digests[one]) for one in refs))


def standing(root: Path, name: str, *, by: str) -> Standing:
    """Return how far the release of a version is, and everything that is missing. Nothing is written.

    Raises ContentError when the content cannot be loaded or there is no such version.
    """
    here = pieces_of(root, name)
    return judged(here, faults(root, here), by)


def pieces_of(root: Path, name: str) -> Standing:
    """Return what a version pins, who owns it and who agreed, without looking for what is missing.

    Raises ContentError as `standing` does.
    """
    shelf = everything(root)
    for flow in shelf.flows.values():
        cross_check.check_flow(flow, shelf)
    ref = find(shelf, name)
    pins = pinned(shelf, ref)
    digest = closure.digest_of(pins)
    lock, ownership = released.read_lock(root / LOCK), load_ownership(root)
    pieces = tuple(
        Piece(
            ref=one, digest=sha256, file=shelf.sources[one].relative_to(root).as_posix(),
            is_released=one in lock, is_changed=lock.get(one, sha256) != sha256,
            owners=() if one in lock else tuple(sorted(_owners(shelf, ownership, one))),
        )
        for one, sha256 in pins
    )  # fmt: skip
    record = read_record(root, ref)
    approvals = tuple(one for one in record.approvals if one.digest == digest) if record else ()
    return Standing(ref=ref, digest=digest, pieces=pieces, approvals=approvals, is_released=ref in lock)


def judged(here: Standing, faults: Sequence[str], by: str) -> Standing:
    """Return a standing with everything that is missing: changed pieces, faults, agreement of others than `by`."""
    changed = [f"{one.ref} is released and its file was changed" for one in here.pieces if one.is_changed]
    agreed = [] if here.is_released else _unagreed(here, by)
    return here.model_copy(update={"missing": (*changed, *faults, *agreed)})


def faults(root: Path, here: Standing) -> tuple[str, ...]:
    """Return what lint and the examples say against pieces of a version that is not released yet."""
    return () if here.is_released else tuple(_complaints(root, here.pieces))


def _complaints(root: Path, pieces: Sequence[Piece]) -> Iterator[str]:
    fresh = {
        kind: [one for one in pieces if one.ref.startswith(f"{kind}/") and not one.is_released]
        for kind in ("ruleset", "table", "matrix", "inbound")
    }
    files = {(root / one.file).resolve() for some in fresh.values() for one in some}
    sets = [_name(one) for one in fresh["ruleset"]]
    outward = [_name(one) for one in fresh["matrix"]]
    grids = [*outward, *(_name(one) for one in fresh["inbound"])]
    linted = (
        *(rules.lint(root) if sets or fresh["table"] else ()),
        *(mappings.lint(root, outward) if outward else ()),
    )
    for finding in linted:
        if finding.severity == "error" and Path(finding.file).resolve() in files:
            yield str(finding)
    tables = {_name(one) for one in fresh["table"]}
    run = [one for one in rules.examples(root) if one.ruleset in {*sets, *tables}] if sets or tables else []
    for tested in run:
        for failure, line in zip(tested.failures, tested.lines, strict=True):
            yield f"{tested.file}:{line}: {failure.rule}, example {failure.example}: {failure.message}"
    for matrix in mappings.examples(root, grids) if grids else ():
        for broken in matrix.failures:
            yield f"{matrix.file}:{broken.line}: example {broken.example}: {broken.message}"


def _name(piece: Piece) -> str:
    return piece.ref.partition("/")[2]


def _unagreed(here: Standing, by: str) -> Iterator[str]:
    """Yield the teams that have not agreed; what the author says of their own work does not count."""
    others = [one for one in here.approvals if one.who != by]
    teams = sorted({team for piece in here.pieces for team in piece.owners} - {one.team for one in others})
    for team in teams:
        owned = [piece.ref for piece in here.pieces if team in piece.owners]
        alone = " (an author's own agreement does not count)" if any(a.team == team for a in here.approvals) else ""
        yield f"the team {team} has not agreed; it owns {', '.join(owned)}{alone}"
    if not teams and not others:
        yield f"nobody but {by} has agreed; somebody else has to"


def _owners(shelf: Shelf, ownership: Ownership, ref: str) -> set[str]:
    """Return the teams that must agree to a new piece."""
    kind, _, name = ref.partition("/")
    if kind == "matrix":
        return _row_owners(shelf.matrices[name], shelf.matrices.values())
    if kind == "inbound":
        return _row_owners(shelf.events[name].matrix, [one.matrix for one in shelf.events.values()])
    owner = ownership.owner(f"{kind}/{name.partition('@')[0]}")
    return {owner} if owner else set()


def _row_owners(matrix: Matrix, all_: Iterable[Matrix]) -> set[str]:
    """Return the owner of a matrix and those of its rows that are not what they were in the version before."""
    earlier = [one for one in all_ if one.name == matrix.name and one.version < matrix.version]
    before = set(_rows(max(earlier, key=lambda one: one.version))) if earlier else set()
    changed = set(_rows(matrix)) ^ before
    return {matrix.owner, *(owner for _, _, owner in changed)}


def _rows(matrix: Matrix) -> Iterator[tuple[str, str, str]]:
    """Yield (path, row as JSON, owning team) of every row that fills a value."""

    def walk(rows: Sequence[MatrixRow], path: str, owner: str) -> Iterator[tuple[str, str, str]]:
        for row in rows:
            here, whose = f"{path}.{row.to}", row.owner or owner
            if row.is_leaf:
                yield here, row.model_dump_json(), whose
            yield from walk(list(row.below()), here, whose)

    yield from walk(matrix.rows, "", matrix.owner)


def release(root: Path, name: str, *, by: str, approved_by: Sequence[tuple[str, str]], at: datetime) -> Standing:
    """Note who agrees (team, who) and, when nothing is missing, freeze the version and all that it pins.

    Agreements are kept also when something else is missing. Raises PostroomError for a team that there is not, and
    ContentError when the content cannot be loaded.
    """
    teams = load_ownership(root).teams
    for team, _ in approved_by:
        if team not in teams:
            raise PostroomError(f"There is no team {team!r}; there are: {', '.join(teams)}.")
    here = pieces_of(root, name)
    found = faults(root, here)
    if here.is_released:
        return judged(here, found, by)
    given = tuple(Approval(team=team, who=who, at=at, digest=here.digest) for team, who in approved_by)
    known = {(one.team, one.who) for one in here.approvals}
    approvals = (*here.approvals, *(one for one in given if (one.team, one.who) not in known))
    here = judged(here.model_copy(update={"approvals": approvals}), found, by)
    record = ReleaseRecord(ref=here.ref, digest=here.digest, approvals=approvals)
    if here.missing:
        if given:
            write_record(root, record)
        return here
    digests = {piece.ref: piece.digest for piece in here.pieces}
    content = tuple(Pin(ref=ref, digest=sha256) for ref, sha256 in digests.items())
    write_record(root, record.model_copy(update={"by": by, "at": at, "content": content}))
    released.release(digests, list(digests), lock=root / LOCK)
    return pieces_of(root, name)


def all_of(root: Path) -> Mapping[str, str]:
    """Return every piece of content with `released`, `draft` or `changed` (released, and not what it was)."""
    shelf, lock = everything(root), released.read_lock(root / LOCK)
    return {
        ref: "draft" if ref not in lock else "released" if lock[ref] == shelf.digests[ref] else "changed"
        for ref in sorted(shelf.digests)
    }


def highest(root: Path, name: str) -> str:
    """Return `ap_invoice@2` for `ap_invoice`: the highest version of a flow; a name with a version stays as it is."""
    if "@" in name:
        return name
    versions = [flow.version for flow in everything(root).flows.values() if flow.name == name]
    return f"{name}@{max(versions)}" if versions else name


def under(root: Path, ref: str) -> dict[str, tuple[str, ...]]:
    """Return what each piece of a version names itself, for drawing; `reading` of a flow stands below the flow."""
    shelf = everything(root)
    kind, _, name = ref.partition("/")
    found: dict[str, tuple[str, ...]] = {}
    if kind == "flow":
        flow = shelf.flows[name]
        own = [f"ruleset/{flow.ruleset}", f"schema/{flow.record}", *(f"matrix/{one}" for one in flow.mappings)]
        found[ref] = (*dict.fromkeys(own), *(one for one, _ in closure.reading_of(shelf)))
    for one in shelf.rulesets.values():
        tolerances = (f"tolerance/{one.matching}",) if one.matching else ()
        found[f"ruleset/{one.ref}"] = (*(f"table/{table}" for table in one.tables), *tolerances)
    for matrix in shelf.matrices.values():
        found[f"matrix/{matrix.ref}"] = tuple(f"xref/{xref}" for xref in matrix.xrefs)
    return found
