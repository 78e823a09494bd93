"""A decision table as mappings ask it: values in the order of its columns. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.content.converters import text
from engine.content.matrix import DecisionTable
from engine.content.xref import Answer
from engine.model.decision import FactValue
from engine.stages.tables import ask


@dataclass(frozen=True)
class TableLookup:
    """Answers what a decision table says about values of its facts."""

    decision: DecisionTable

    def look(self, keys: Sequence[str | None], column: str | None = None) -> Answer:
        """Return what the table says, by which rows. Raises LookupError for another number of values or another output."""
        table = self.decision.table
        if len(keys) != len(table.inputs):
            wanted = ", ".join(table.inputs)
            raise LookupError(f"{table.ref} is asked with {len(keys)} values; it takes {len(table.inputs)}: {wanted}")
        output = table.outputs[0] if column is None else column
        if output not in table.outputs:
            raise LookupError(f"{table.ref} does not say {output!r}; it says: {', '.join(table.outputs)}")
        asked = ask(table, {name: self._fact(name, key) for name, key in zip(table.inputs, keys, strict=True)})
        said = asked.says[output]
        return Answer(None if said is None else text(said), asked.hits)

    def _fact(self, name: str, key: str | None) -> FactValue:
        """Return a value as the fact has it. Raises LookupError for what it cannot be."""
        if key is None:
            return None
        kind = self.decision.types[name]
        if kind == "boolean":
            if key not in {"true", "false"}:
                raise LookupError(f"{name} of {self.decision.table.ref} is true or false, not {key!r}")
            return key == "true"
        if kind == "integer":
            try:
                return int(key)
            except ValueError as e:
                raise LookupError(f"{name} of {self.decision.table.ref} is a whole number, not {key!r}") from e
        return key
