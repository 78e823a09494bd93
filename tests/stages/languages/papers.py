"""Papers of suppliers in many languages, set in layouts that no vocabulary and no other test knows."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from engine.model.page import Reading
from tests.stages.extract.layout import reading

KINDS = ("invoice", "invoice", "invoice", "reminder", "statement", "quotation", "confirmation", "pro_forma")
NAMES = ("Norrfors", "Belmondis", "Castrova", "Havelin", "Tresko")
_CENT = Decimal("0.01")
_BUYER = "Bellwether Trading"


class Paper(NamedTuple):
    """A paper and what it says."""

    language: str
    kind: str
    layout: str
    text: str
    number: str
    issued: str
    total: str

    @property
    def id(self) -> str:
        return f"{self.language}-{self.kind}-{self.layout}"

    @property
    def reading(self) -> Reading:
        return reading(self.text)


class Facts(NamedTuple):
    number: str
    own: str
    order: str
    issued: date
    today: date
    due: date
    items: tuple[tuple[str, int, Decimal], ...]
    rate: int
    vendor: str

    @property
    def net(self) -> Decimal:
        return sum((quantity * price for _, quantity, price in self.items), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return (self.net * self.rate / 100).quantize(_CENT)


@cache
def wordings(name: str = "wordings") -> Mapping[str, Any]:
    """Return the words of the papers by language."""
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded


def papers(name: str = "wordings", *, kinds: tuple[str, ...] = KINDS, seed: int = 1) -> tuple[Paper, ...]:
    """Return one paper of each kind in each language; the invoices in each of the layouts."""
    return tuple(
        _paper(language, kind, list(LAYOUTS)[place % len(LAYOUTS)], words, seed)
        for language, words in wordings(name).items()
        for place, kind in enumerate(kinds)
    )


def _paper(language: str, kind: str, layout: str, words: Mapping[str, Any], seed: int) -> Paper:
    rng = random.Random(f"{language} {kind} {layout} {seed}")  # noqa: S311 - the same papers each time
    facts = _facts(rng, words)
    text = (_dunned if kind in {"reminder", "statement"} else _billed)(kind, layout, words, facts)
    is_offer = kind in {"quotation", "confirmation"}
    issued = facts.today if kind in {"reminder", "statement"} else facts.issued
    return Paper(
        language, kind, layout, text, facts.own if is_offer else facts.number, issued.isoformat(),
        str(facts.net + facts.tax),
    )  # fmt: skip


def _facts(rng: random.Random, words: Mapping[str, Any]) -> Facts:
    issued = date(2025, rng.randrange(1, 7), rng.randrange(13, 28))
    items = tuple(
        (f"Norva {rng.choice('ABCXYZ')}{rng.randrange(10, 99)}", rng.randrange(1, 9), Decimal(rng.randrange(900, 99000)) / 100)
        for _ in range(rng.randrange(2, 5))
    )  # fmt: skip
    return Facts(
        number=rng.choice([f"2025{rng.randrange(1000, 9999)}", f"F{rng.randrange(10000, 99999)}", f"25-{rng.randrange(1000, 9999)}"]),
        own=f"Q{rng.randrange(10000, 99999)}", order=f"4{rng.randrange(100000, 999999)}", issued=issued,
        today=issued + timedelta(days=52), due=issued + timedelta(days=30), items=items,
        rate=rng.choice([19, 21, 25]), vendor=f"{rng.choice(NAMES)} {words['home'][1]}",
    )  # fmt: skip


def _money(value: Decimal, words: Mapping[str, Any]) -> str:
    text = f"{value:,.2f}"
    if words["home"][0] == "GBP":
        return text
    return (
        text.replace(",", " " if words["home"][0] in {"SEK", "NOK", "CZK", "PLN"} else "~")
        .replace(".", ",")
        .replace("~", ".")
    )


def _day(value: date, words: Mapping[str, Any]) -> str:
    return value.strftime(
        "%Y-%m-%d" if words["home"][0] == "SEK" else "%d/%m/%Y" if words["home"][0] == "GBP" else "%d.%m.%Y"
    )


def _columns(cells: list[str]) -> str:
    first, *rest = cells
    return first.ljust(36) + "".join(cell.rjust(20) for cell in rest)


def _items(words: Mapping[str, Any], facts: Facts) -> list[str]:
    rows = [
        _columns([name, str(quantity), _money(price, words), _money(quantity * price, words)])
        for name, quantity, price in facts.items
    ]
    return [_columns(list(words["columns"])), *rows]


def _sums(words: Mapping[str, Any], facts: Facts) -> list[str]:
    pairs = [
        (words["net"], facts.net), (words["tax"].format(r=facts.rate), facts.tax), (words["total"], facts.net + facts.tax),
    ]  # fmt: skip
    return [" " * 46 + label.ljust(32) + _money(value, words).rjust(18) for label, value in pairs]


def _beside(left: list[str], right: list[str]) -> list[str]:
    height = max(len(left), len(right))
    left, right = left + [""] * (height - len(left)), right + [""] * (height - len(right))
    return [a.ljust(56) + b for a, b in zip(left, right, strict=True)]


def _letter(title: str, pairs: list[tuple[str, str]], sender: list[str], reader: list[str]) -> list[str]:
    """Set the data of the paper in a column at the right of the address, the title below."""
    return [sender[0], "", *_beside(reader, [f"{label}: {value}" for label, value in pairs]), "", title, ""]


def _stacked(title: str, pairs: list[tuple[str, str]], sender: list[str], reader: list[str]) -> list[str]:
    """Set each label over its value, in a row below the addresses."""
    heads = "".join(label.ljust(24) for label, _ in pairs)
    values = "".join(value.ljust(24) for _, value in pairs)
    return [title, "", *_beside(sender, reader), "", heads, values, ""]


def _listed(title: str, pairs: list[tuple[str, str]], sender: list[str], reader: list[str]) -> list[str]:
    """Set the data as a list under the title, label and value in two columns."""
    return [
        *(" " * 60 + line for line in sender),
        "",
        *reader,
        "",
        title,
        *(label.ljust(30) + value for label, value in pairs),
        "",
    ]


LAYOUTS = {"letter": _letter, "stacked": _stacked, "listed": _listed}


def _frame(layout: str, title: str, pairs: list[tuple[str, str]], words: Mapping[str, Any], facts: Facts) -> list[str]:
    sender = [facts.vendor, "Harbour 12", "1040 Novigrad"]
    reader = [words["buyer"], _BUYER, "Long Row 8", "2200 Oldtown"]
    return LAYOUTS[layout](title, pairs, sender, reader)


def _billed(kind: str, layout: str, words: Mapping[str, Any], facts: Facts) -> str:
    title = words["title"][kind]
    if kind in {"invoice", "pro_forma"}:
        pairs = [
            (words["po"], facts.order), (words["number"], facts.number), (words["date"], _day(facts.issued, words)),
            (words["due"], _day(facts.due, words)),
        ]  # fmt: skip
        prose = words["thanks"]
    else:
        pairs = [(words["own"][kind], facts.own), (words["own"]["date"], _day(facts.issued, words))]
        prose = words[kind]
    body = [*_items(words, facts), "", *_sums(words, facts), "", prose]
    return "\n".join([*_frame(layout, title, pairs, words, facts), *body])


def _dunned(kind: str, layout: str, words: Mapping[str, Any], facts: Facts) -> str:
    """Draw a letter about bills that were sent before: the list of them, and what is open."""
    pairs = [(words["own"]["date"], _day(facts.today, words))]
    total = facts.net + facts.tax
    rows = [_columns([words["number"], words["date"], words["due"], words["columns"][3]])]
    rows.append(_columns([facts.number, _day(facts.issued, words), _day(facts.due, words), _money(total, words)]))
    if kind == "statement":
        rows.append(
            _columns([f"{facts.number}1", _day(facts.issued, words), _day(facts.due, words), _money(facts.net, words)])
        )
        rows.append(_columns([words["paid"], _day(facts.due, words), "", "-" + _money(facts.tax, words)]))
    else:
        rows.append(_columns([words["fee"], "", "", _money(Decimal(5), words)]))
    rows.append(_columns([words["total"], "", "", _money(total + 5, words)]))
    return "\n".join([*_frame(layout, words["title"][kind], pairs, words, facts), words[kind], "", *rows])
