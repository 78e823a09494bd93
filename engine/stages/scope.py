"""What a mapping row can see: the record, the line at hand, the parties matched and the environment, as plain texts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.content.converters import Tables
from engine.content.environment import Entity, Environment
from engine.content.matched_names import LINES, MATCH, ORDER_LINES
from engine.model.record import Match, Record
from engine.stages.line_words import line_words
from engine.stages.order_lines import Share, header_of, shares_of
from engine.stages.parties.changes import changes_of

_PREFIX: Mapping[str, str] = {"vendor": "vendor_", "customer": "buyer_"}
"""What attributes of a party are called by their side of a document."""
_LISTS = (LINES, "taxes")

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Scope:
    """Names for one place of the matrix. Inside `each` it stands on one line or tax row."""

    record: Texts
    groups: Mapping[str, tuple[Texts, ...]]
    vendor: Texts
    order: Texts
    env: Texts
    document: Texts
    xref: Tables
    customer: Texts = field(default_factory=dict)
    header_match: Texts = field(default_factory=dict)
    """What is told of all lines together."""
    shares: tuple[Share, ...] = ()
    """The rows of `order_lines`."""
    whole: Mapping[int, int] = field(default_factory=dict)
    """By line the one share that is all of it."""
    group: str | None = None
    index: int = 0
    around: "Scope | None" = None
    """The scope that an `each` inside another stands in."""

    def at(self, group: str, index: int) -> "Scope":
        """Return the scope of one row of a list of the record."""
        return replace(self, group=group, index=index, around=self if self.group is not None else None)

    def rows(self, group: str) -> tuple[Texts, ...]:
        """Return the rows of a list of the record."""
        return self.groups.get(group, ())

    @cached_property
    def line(self) -> Texts:
        """The row at hand with its 1-based `position`; empty outside `each`."""
        return {} if self.group is None else {**self.groups[self.group][self.index], "position": str(self.index + 1)}

    @cached_property
    def _share(self) -> int | None:
        """The index of the share that stands here: inside `lines` only where a line has but one order line."""
        if self.group == ORDER_LINES:
            return self.index
        return self.whole.get(self.index) if self.group == LINES else None

    @property
    def match(self) -> Texts:
        """What the line at hand was set against, or on the header all of them."""
        if self.group is None:
            return self.header_match
        return {} if self._share is None else self.shares[self._share].match

    @cached_property
    def _context(self) -> Mapping[str, object]:
        return {
            "record": {**self.record, **{name: self.groups[name] for name in _LISTS if self.groups.get(name)}},
            "line": self.line, "match": self.match, "customer": self.customer,
            "outer": self.around.line if self.around is not None else {},
            "vendor": self.vendor, "order": self.order, "env": self.env, "document": self.document,
        }  # fmt: skip

    def context(self) -> Mapping[str, object]:
        """Return what expressions may name, without `value`."""
        return self._context

    def template_context(self) -> Mapping[str, object]:
        """Return what a file template may name: lines and taxes are lists even when there are none."""
        lists = {name: self.rows(name) for name in _LISTS}
        return {**self._context, "record": {**self.record, **lists}}

    def value(self, path: str) -> str | None:
        """Return the text at a row's `from`, or None."""
        found = self.found(path)
        return None if found is None else found[1]

    def path(self, path: str) -> str | None:
        """Return the lineage path of a `from` or a reference (`lines[0].amount`), or None when nothing stands there."""
        found = self.found(path)
        return None if found is None else found[0]

    def wanted(self, path: str) -> str:
        """Return where the value of a `from` should have stood, for a finding about its absence."""
        found = self.path(path)
        namespace, _, name = path.rpartition(".")
        is_printed = namespace == MATCH and name in {"po_number", "po_line"}
        if found is None and self.group and (not namespace or is_printed):
            return f"{self._row}.{name}"
        return found or path

    def rests_on(self, path: str) -> tuple[str, ...]:
        """Return the fields that a path of a match rests on: those that hold the line and its order line together."""
        is_match = path.partition(".")[0].partition("[")[0] == MATCH
        return self.shares[self._share].rests_on if is_match and self._share is not None else ()

    @property
    def _row(self) -> str:
        """The path of the row at hand in the record."""
        return (
            f"{LINES}[{self.shares[self.index].line}]" if self.group == ORDER_LINES else f"{self.group}[{self.index}]"
        )

    def found(self, path: str) -> tuple[str, str] | None:
        """Return (lineage path, text) of a `from` or a reference, or None when nothing stands there."""
        namespace, _, name = path.rpartition(".")
        if namespace in ("", "line") and name in self.line:
            return (f"{self.group}[{self.index}]" if name == "position" else f"{self._row}.{name}"), self.line[name]
        if namespace.partition("[")[0] == MATCH:
            at = "" if self._share is None or self.group is None else f"[{self._share}]"
            return (f"{MATCH}{at}.{name}", self.match[name]) if name in self.match else None
        if namespace == "outer":
            return self.around.found(f"line.{name}") if self.around is not None else None
        if namespace in ("", "record"):
            return (name, self.record[name]) if name in self.record else None
        others = {
            "vendor": self.vendor, "customer": self.customer, "order": self.order, "env": self.env,
            "document": self.document,
        }  # fmt: skip
        texts = others.get(namespace, {})
        return (path, texts[name]) if name in texts else None


def scope_of(record: Record, *, vendor: Match, order: Match, environment: Environment) -> Scope:
    """Return the scope of a record's header. Blank values count as missing.

    `vendor` is the party that was matched; where that is a customer, rows see it as `customer`.
    """
    groups = {
        "lines": tuple({field.name: field.value for field in row} for row in record.lines),
        "taxes": tuple({field.name: field.value for field in row} for row in record.taxes),
    }
    header = _filled({field.name: field.value for field in record.fields})
    shares = shares_of(record, order, vendor.selling)
    count = Counter(share.line for share in shares)
    groups[ORDER_LINES] = tuple(groups[LINES][share.line] for share in shares)
    return Scope(
        record=header,
        groups={name: tuple(_filled(row) for row in rows) for name, rows in groups.items()},
        vendor=_party(vendor) if vendor.kind != "customer" else {},
        customer=_party(vendor) if vendor.kind == "customer" else {},
        header_match=_filled(
            {**header_of(record, order), **_changed(record, vendor), "line_words": line_words(record)}
        ),
        shares=shares,
        whole={share.line: at for at, share in enumerate(shares) if count[share.line] == 1},
        order=_party(order),
        env=_environment(environment, header),
        document={"id": record.document_id, "type": record.type},
        xref=environment.xref,
    )


def entity_of(record: Texts, entities: tuple[Entity, ...]) -> Entity | None:
    """Return the company of ours that a document addresses: by tax id, else by name or alias, else the only one there is."""
    tax_id, name = _bare(record.get("buyer_tax_id")), _bare(record.get("buyer_name"))
    for entity in entities:
        if tax_id and tax_id == _bare(entity.tax_id):
            return entity
    for entity in entities:
        if name and name in {_bare(spelling) for spelling in (entity.name, *entity.aliases)}:
            return entity
    return entities[0] if len(entities) == 1 else None


def _environment(environment: Environment, record: Texts) -> Texts:
    entity = entity_of(record, environment.company.entities)
    if entity is None:
        return {"name": environment.name}
    company = {
        "company_code": entity.code, "company_name": entity.name, "company_country": entity.country,
        "company_tax_id": entity.tax_id or "",
    }  # fmt: skip
    return _filled({"name": environment.name, **company})


def _changed(record: Record, party: Match) -> Texts:
    found = changes_of(record, party)
    return _filled(
        {"changes": "; ".join(one.told for one in found), "changed_fields": ", ".join(one.field for one in found)}
    )


def _party(match: Match) -> Texts:
    """Return a matched row of master data; `vendor_iban` also under `iban`. Empty when not exactly one was found."""
    if match.outcome != "one" or match.chosen is None:
        return {}
    chosen = match.chosen
    attributes = {name.removeprefix(_PREFIX.get(match.kind, "")): v for name, v in chosen.attributes}
    number = {"number": chosen.id} if match.kind == "purchase_order" else {}
    return _filled({**attributes, **number, "id": chosen.id, "name": chosen.name})


def _filled(texts: Texts) -> Texts:
    return {name: value for name, value in texts.items() if value.strip()}


def _bare(text: str | None) -> str:
    return "".join(c for c in (text or "").casefold() if c.isalnum())
