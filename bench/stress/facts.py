"""What an invented document says: parties, numbers, dates and sums that belong together."""

import random
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel.dates import format_date

from engine.stages.extract.identifiers import is_vat

CENT = Decimal("0.01")
VAT = {"DE": "DE#########", "FR": "FR###########", "ES": "B########", "IT": "IT###########", "NL": "NL#########B01", "PL": "PL##########", "PT": "5########", "LV": "LV4##########", "GB": "GB#########", "US": "##-#######", "SE": "SE##########01", "DK": "DK########", "NO": "NO#########MVA", "FI": "FI########", "CZ": "CZ########"}  # fmt: skip
IBAN = {"DE": "##################", "FR": "#######################", "ES": "####################", "IT": "X######################", "NL": "ABNA##########", "PL": "########################", "PT": "#####################", "LV": "HABA#############", "GB": "WEST##############", "SE": "####################", "DK": "##############", "FI": "##############", "CZ": "####################"}  # fmt: skip
RATES = {"DE": [19, 7], "FR": [20, 10], "ES": [21, 10], "IT": [22, 10], "NL": [21, 9], "PL": [23, 8], "PT": [23, 6], "LV": [21, 12], "GB": [20, 5], "US": [8, 6], "SE": [25, 12], "DK": [25, 25], "NO": [25, 15], "FI": [25, 14], "CZ": [21, 12]}  # fmt: skip


def fill(pattern: str, rng: random.Random) -> str:
    return "".join(str(rng.randrange(1, 10)) if c == "#" else rng.choice(string.ascii_uppercase) if c == "X" else c for c in pattern)  # fmt: skip


def iban(country: str, rng: random.Random) -> str:
    body = fill(IBAN[country], rng)
    digits = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{body}"


@cache
def _pool(country: str) -> tuple[str, ...]:
    rng = random.Random(country)
    pool: list[str] = []
    while len(pool) < 8:
        one = fill(VAT[country], rng)
        known = f"{country}{one}" if country in {"ES", "PT"} else one
        if country == "US" or is_vat(known):
            pool.append(one)
    return tuple(pool)


@dataclass
class Party:
    name: str
    street: str
    town: str
    vat: str
    iban: str
    register: tuple[str, str] | None


@dataclass
class Facts:
    """The truth of one document, and the words of its language."""

    words: Mapping[str, Any]
    language: str
    type: str
    rng: random.Random
    number: str
    issued: date
    due: date
    days: int
    po: str
    preceding: str
    currency: str
    symbol: str
    vendor: Party
    buyer: Party
    items: list[tuple[str, Decimal, Decimal, Decimal, int]] = field(default_factory=list)
    subtotal: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    taxes: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    total: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    date_pattern: str = ""
    marks: tuple[str, str] = ("", ".")

    @property
    def tax(self) -> Decimal:
        return sum((tax for _, tax in self.taxes.values()), Decimal(0))

    def day(self, value: date) -> str:
        text = self.date_pattern.replace("%B", "\x01").replace("%b", "\x02")
        text = value.strftime(text)
        if "\x01" in text:
            month = format_date(value, "MMMM", locale=self.language)
            text = text.replace("\x01", month if self.language != "en" else month.capitalize())
        if "\x02" in text:
            text = text.replace("\x02", format_date(value, "MMM", locale=self.language).rstrip("."))
        return text

    def money(self, value: Decimal) -> str:
        whole, cents = f"{abs(value):.2f}".split(".")
        group, mark = self.marks
        grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", group, whole)
        return f"{'-' if value < 0 else ''}{grouped}{mark}{cents}"

    def word(self, key: str) -> str:
        found = self.words[key]
        if isinstance(found, dict):
            found = found[self.type]
        return str(self.rng.choice(found))


def number(rng: random.Random, when: date) -> str:
    n = rng.randrange(10, 99999)
    y = when.year
    return rng.choice(
        [f"{n:05d}", f"{y}-{n % 1000:03d}", f"INV-{n}", f"{y}/{n % 9999}", f"RE{n:06d}", f"F{y % 100}-{n % 10000:04d}", f"{n % 500 + 3}/{y}", f"{100000 + n}", f"{y}{n:05d}", f"A-{n}", f"{rng.choice('ABFKS')}{n}", f"FV/{n % 300}/{when.month:02d}/{y}", f"{n % 900 + 100}", f"{y}.{n % 1000:03d}", f"{rng.choice(['VF', 'SI', 'FA', 'RG'])}{y % 100}{n:05d}", f"{n % 90000 + 10000}-{rng.randrange(1, 9)}"]
    )  # fmt: skip


def invent(key: str, words: Mapping[str, Any], type_: str, rng: random.Random) -> Facts:
    country = words["country"]
    when = date(rng.choice([2019, 2021, 2023, 2024, 2025]), rng.randrange(1, 13), rng.randrange(1, 29))
    days = rng.choice([7, 10, 14, 15, 21, 30, 30, 45, 60])

    def party() -> Party:
        name = rng.choice(words["names"])
        forms, first = words["forms"], words.get("prefix_forms", [])
        full = f"{rng.choice(first)} {name}" if first else f"{name} {rng.choice(forms)}"
        register = rng.choice(words["register"]) if words["register"] else None
        return Party(
            full, rng.choice(words["streets"]).format(n=rng.randrange(2, 180)), rng.choice(words["towns"]),
            rng.choice(_pool(country)), iban(country, rng) if country in IBAN else "",
            (register[0], fill(register[1], rng)) if register else None,
        )  # fmt: skip

    vendor, buyer = party(), party()
    while buyer.name.split()[0] == vendor.name.split()[0] or (
        buyer.name.split()[-1] == vendor.name.split()[-1] and words.get("prefix_forms")
    ):
        buyer = party()
    while buyer.vat == vendor.vat or buyer.town == vendor.town:
        buyer.vat, buyer.town = rng.choice(_pool(country)), rng.choice(words["towns"])
    code, symbol = words["currency"]
    facts = Facts(
        words=words, language=words.get("language", key), type=type_, rng=rng, number=number(rng, when), issued=when,
        due=when + timedelta(days=days), days=days, po=rng.choice(["4500######", "PO-#####", "B######", "####/##", "######", "K-2#-####"]),
        preceding=number(rng, when), currency=code, symbol=symbol, vendor=vendor, buyer=buyer,
        date_pattern=rng.choice(words["dates"]), marks=tuple(rng.choice(words["marks"])),
    )  # fmt: skip
    facts.po = fill(facts.po, rng)
    _sums(facts, RATES[country])
    return facts


def _sums(facts: Facts, rates: list[int]) -> None:
    rng = facts.rng
    several = rng.random() < 0.25
    bases: dict[int, Decimal] = {}
    for _ in range(rng.randrange(1, 5)):
        quantity = Decimal(rng.choice([1, 2, 3, 5, 10, 12]))
        price = Decimal(rng.randrange(300, 90000)) / 100
        rate = rng.choice(rates) if several else rates[0]
        facts.items.append((rng.choice(facts.words["items"]), quantity, price, quantity * price, rate))
        bases[rate] = bases.get(rate, Decimal(0)) + quantity * price
    facts.subtotal = sum(bases.values(), Decimal(0))
    main = max(bases, key=lambda r: bases[r])
    if rng.random() < 0.15:
        facts.discount = (facts.subtotal * Decimal("0.05")).quantize(CENT, ROUND_HALF_UP)
        bases[main] -= facts.discount
    if rng.random() < 0.15:
        facts.shipping = Decimal(rng.choice(["4.90", "12.50", "25.00"]))
        bases[main] += facts.shipping
    facts.taxes = {r: (b, (b * r / 100).quantize(CENT, ROUND_HALF_UP)) for r, b in sorted(bases.items(), reverse=True)}
    facts.total = sum((b for b, _ in facts.taxes.values()), Decimal(0)) + facts.tax
    if rng.random() < 0.15 and facts.type == "invoice":
        facts.paid = (facts.total * Decimal("0.3")).quantize(CENT, ROUND_HALF_UP)
