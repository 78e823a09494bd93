"""Which team has to agree to an edit."""

from collections.abc import Mapping, Sequence

from engine.content.matrix_row import MatrixRow
from engine.content.mix import Edit
from engine.content.ownership import Ownership, load_ownership
from engine.runtime.house import House


def owners(house: House, made: Sequence[Edit]) -> Mapping[str, str]:
    """Return the owning team of each edit by its `ref`; an edit that nobody owns is missing."""
    teams = load_ownership(house.settings.content_folder())
    found = {one.ref: _owner(one, teams, house) for one in made}
    return {ref: team for ref, team in found.items() if team}


def _owner(edit: Edit, teams: Ownership, house: House) -> str | None:
    """Return a row's own team, else that of its matrix; for other content what `ownership.yaml` says of its kind."""
    for side in (edit.candidate, edit.live):
        if isinstance(side, MatrixRow) and side.owner:
            return side.owner
    kind, _, name = edit.ref.partition("#")[0].partition("@")[0].partition("/")
    if kind == "inbound" and name in house.library.inbound:
        return house.library.inbound[name].matrix.owner
    matrices = [one for ref, one in house.library.matrices.items() if ref.partition("@")[0] == name]
    if kind == "matrix" and matrices:
        return matrices[0].owner
    return teams.owner(f"{kind}/{name}" if name else kind)
