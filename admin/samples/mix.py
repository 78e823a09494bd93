"""Recipes without end: random mixes of forms, layouts, vendors and flaws, for stress and for statistics."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args

from admin.samples.compose import Wish
from admin.samples.model import KINDS, Expect, Kind, Party
from admin.samples.pages.layouts import LAYOUTS, Layout
from admin.samples.recipe import NO_FLOW, POST, Flaw, Form, Recipe
from admin.samples.world import customers, strangers, vendor, vendors

_WEIGHTS: dict[Kind, int] = {
    "digital": 62, "scan": 8, "photo": 3, "png": 2, "tiff": 3, "ubl": 7, "cii": 4, "hybrid": 6, "mail": 3, "broken": 2,
    "bundle": 3, "body": 2, "text": 2, "ocr": 4,
}  # fmt: skip
_VAT_COUNTRIES = frozenset({"DE", "AT", "FR", "ES", "IT", "NL", "BE", "PL", "IE"})
_BROKEN: tuple[tuple[Flaw, str], ...] = (
    ("truncated", "unreadable_pdf"), ("empty", "empty_file"), ("encrypted", "encrypted"), ("not_a_pdf", "unsupported_type"),
)  # fmt: skip
_DRAWN = frozenset({"digital", "scan", "photo", "png", "tiff"})
_BACK = 200
"""How many recipes back a copy may look for its original."""


def recipes(seed: int, count: int, kinds: Sequence[Kind]) -> Iterator[Recipe]:
    """Yield `count` recipes; the first ones are the same for every count."""
    allowed = tuple(kind for kind in get_args(Kind) if kind in (kinds or KINDS))
    for at in range(count):
        yield _recipe(seed, at, allowed)


def _recipe(seed: int, at: int, allowed: tuple[Kind, ...]) -> Recipe:
    rng = random.Random(f"{seed}/mix/{at}")
    kind = rng.choices(allowed, weights=[_WEIGHTS[kind] for kind in allowed])[0]
    name = f"{at:05d}-{kind}"
    if kind == "broken":
        flaw, code = rng.choice(_BROKEN)
        return Recipe(
            name=name, kind=kind, vendor="V1001", flaw=flaw, expect=Expect(route="review", reason=code, queue="intake")
        )
    if kind == "bundle":
        return _bundle(rng, name)
    if kind in {"digital", "scan"} and at and rng.random() < 0.04:
        copy = _copy(rng, seed, at, allowed, name)
        if copy is not None:
            return copy
    if kind in {"digital", "scan", "photo"} and rng.random() < 0.08:
        return _no_invoice(rng, kind, name)
    return _invoice(rng, kind, name)


def _copy(rng: random.Random, seed: int, at: int, allowed: tuple[Kind, ...], name: str) -> Recipe | None:
    original = _recipe(seed, rng.randrange(max(0, at - _BACK), at), allowed)
    is_first = original.original is None and original.expect == POST and original.kind in {"digital", "hybrid"}
    if not is_first or original.wish.type != "invoice":
        return None
    look = rng.choice([layout.name for layout in LAYOUTS])
    if original.wish.line_discounts:
        look = original.layout
    common = {"name": name, "kind": "digital", "vendor": original.vendor, "layout": look, "original": original}
    if rng.random() < 0.3 and not original.order:
        expect = Expect(route="review", reason="number_used_twice", queue="ap_duplicates")
        return Recipe.model_validate({**common, "flaw": "other_total", "expect": expect})
    return Recipe.model_validate({**common, "expect": Expect(route="duplicate", reason="duplicate")})


def _bundle(rng: random.Random, name: str) -> Recipe:
    """Return two to four invoices of different vendors in one file, scanned or joined, with separator sheets or without."""
    parts = []
    for at, party in enumerate(rng.sample(vendors(), rng.randint(2, 4))):
        wish = Wish(
            lines=rng.choice(((1, 3), (2, 6), (10, 20))), discount=rng.random() < 0.2, details=rng.random() < 0.3
        )
        recipe = Recipe(
            name=f"{name}-{at}", kind="digital", vendor=party.id, layout=_layout(rng, party).name, wish=wish
        )
        parts.append(recipe.model_copy(update={"order": "exact"}) if party.currency == "JPY" else recipe)
    return Recipe(
        name=name, kind="bundle", vendor=parts[0].vendor, parts=tuple(parts), has_separators=rng.random() < 0.5,
        is_scanned=rng.random() < 0.3, form=_form(rng, "bundle"),
    )  # fmt: skip


def _layout(rng: random.Random, party: Party) -> Layout:
    """Return a look that vendors of the country use."""
    return rng.choice([look for look in LAYOUTS if (look.name == "prairie") <= (party.country in {"US", "GB", "IE"})])


def _no_invoice(rng: random.Random, kind: Kind, name: str) -> Recipe:
    what = rng.choice(("receipt", "receipt", "purchase_order", "goods_receipt"))
    party = rng.choice(customers() if what == "purchase_order" else vendors())
    layout = rng.choice(LAYOUTS).name
    wish = Wish(type=what, lines=(1, 8), details=rng.random() < 0.3)
    form = _form(rng, kind)
    if what == "receipt":
        wear = {"fading": round(rng.uniform(0, 0.8), 2), "creases": rng.choice((0, 0, 1, 3))}
        form = form.model_copy(update=wear)
    return Recipe(name=name, kind=kind, vendor=party.id, layout=layout, wish=wish, form=form, expect=NO_FLOW)


def _invoice(rng: random.Random, kind: Kind, name: str) -> Recipe:
    parties = [party for party in vendors() if kind not in {"ubl", "cii", "hybrid"} or party.country in _VAT_COUNTRIES]
    party = rng.choice(parties)
    layout = _layout(rng, party)
    wish = Wish(
        type="credit_note" if rng.random() < 0.1 else "invoice", lines=rng.choice(((1, 3), (2, 6), (5, 12), (10, 30))),
        discount=rng.random() < 0.2, line_discounts=rng.random() < 0.3, freight=rng.random() < 0.3, mixed_rates=rng.random() < 0.35,
        details=rng.random() < 0.3, tax="reverse" if rng.random() < 0.1 and party.country in _VAT_COUNTRIES - {"DE"} else "local",
    )  # fmt: skip
    recipe = Recipe(name=name, kind=kind, vendor=party.id, layout=layout.name, wish=wish, form=_form(rng, kind))
    if wish.type == "invoice" and (party.currency == "JPY" or rng.random() < 0.35):
        recipe = recipe.model_copy(update={"order": "exact", "wish": replace(wish, large=rng.random() < 0.3)})
    if wish.type == "invoice" and kind in _DRAWN and rng.random() < 0.2:
        recipe = recipe.model_copy(update={"code": _code_of(party)})
    if kind == "ocr" and rng.random() < 0.5:
        recipe = recipe.model_copy(update={"service": "textract"})
    return _with_flaw(rng, recipe) if rng.random() < 0.14 and wish.type == "invoice" else recipe


def _code_of(party: Party) -> str:
    """Return the payment code that the vendor may print: GiroCodes pay euros, QR-bills go to Swiss accounts."""
    if party.country == "CH":
        return "swiss"
    return "giro" if party.currency == "EUR" and party.iban else ""


def _with_flaw(rng: random.Random, recipe: Recipe) -> Recipe:
    choices = [("vendor_unknown", "ap_vendors")]
    if recipe.kind not in {"hybrid", "mail"}:
        choices.append(("amounts_wrong", "ap_data"))
    if vendor(recipe.vendor).iban:
        choices.append(("iban_changed", "ap_fraud"))
    if recipe.kind == "digital":
        choices.append(("hidden", "ap_fraud"))
    if recipe.code == "giro" and recipe.kind == "digital":
        choices += [("swapped", "ap_fraud")] * 3
    if recipe.kind == "hybrid":
        choices = [("print_contradicts_data", "ap_fraud")]
    if recipe.order:
        choices += [
            ("order_exceeded", "procurement"),
            ("order_unknown", "procurement"),
            ("order_not_open", "procurement"),
        ]
    elif recipe.kind != "mail":
        choices.append(("large_without_order", "procurement"))
    reason, queue = rng.choice(choices)
    changes: dict[str, dict[str, object]] = {
        "vendor_unknown": {"vendor": rng.choice(strangers()).id, "order": ""},
        "amounts_wrong": {"flaw": "wrong_sum"},
        "iban_changed": {"flaw": "new_account"},
        "print_contradicts_data": {"flaw": "contradiction"},
        "hidden": {"flaw": "hidden_total"},
        "swapped": {"flaw": "swapped_code"},
        "order_exceeded": {"order": "short"},
        "order_unknown": {"order": "unknown"},
        "order_not_open": {"order": "closed"},
        "large_without_order": {"wish": replace(recipe.wish, large=True)},
    }
    change = changes[reason]
    if reason in {"hidden", "swapped"}:
        reason = "print_contradicts_data"
    return recipe.model_copy(update={**change, "expect": Expect(route="review", reason=reason, queue=queue)})


def _form(rng: random.Random, kind: Kind) -> Form:
    dpi = rng.choice((150, 200)) if kind != "photo" else rng.choice((170, 190))
    is_grey = rng.random() < 0.6
    return Form(
        dpi=dpi if is_grey else 200, has_grey=is_grey, angle=round(rng.uniform(-1.5, 1.5), 2), dirt=round(rng.uniform(0, 0.7), 2),
        has_stamp=rng.random() < 0.3, tilt=round(rng.uniform(0.3, 1.2), 2), darkness=round(rng.uniform(0.1, 0.5), 2),
    )  # fmt: skip
