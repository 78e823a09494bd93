"""The set that ships with the hub: every form, layout and language once, and every case that a rule is for."""

from collections.abc import Iterator

from admin.samples.compose import Wish
from admin.samples.model import Expect
from admin.samples.recipe import NO_FLOW, Form, Recipe

_FEW, _SOME, _MANY = (2, 3), (3, 6), (5, 8)


def recipes() -> tuple[Recipe, ...]:
    """Return the shipped recipes in the order of their file names; an original comes before its copies."""
    clean = tuple(_clean())
    by_name = {recipe.name: recipe for recipe in clean}
    return (
        *clean,
        *_exceptions(),
        *_copies(by_name),
        *_pictures(by_name),
        *_data(),
        *_other_mail(),
        *_broken(),
        *_codes(),
        *_languages(),
        *_bundles(),
        *_words(),
    )


def _clean() -> Iterator[Recipe]:
    """Yield digital invoices and credit notes that can be posted."""
    plain, rich = Wish(lines=_SOME), Wish(lines=_MANY, line_discounts=True, details=True)
    mixed = Wish(lines=_SOME, mixed_rates=True)
    adjusted = Wish(lines=_SOME, discount=True, freight=True)
    looks = (
        ("papier-de", "V1001", "harbour", Wish(lines=_SOME, mixed_rates=True, discount=True, freight=True), ""),
        ("saules-fr", "V1008", "atelier", mixed, ""),
        ("elektro-de", "V1002", "ledger", plain, "exact"),
        ("zilvermeeuw-nl", "V1016", "band", adjusted, ""),
        ("quellwald-de", "V1004", "window", plain, ""),
        ("rioclaro-es", "V1012", "boxes", rich, ""),
        ("valdoro-it", "V1014", "slate", Wish(lines=_SOME, freight=True), "exact"),
        ("cedar-us", "V1023", "prairie", adjusted, ""),
        ("thornbury-gb", "V1020", "minimal", mixed, ""),
        ("bergfried-ch", "V1025", "guild", mixed, ""),
        ("alpenrose-at", "V1006", "window", Wish(lines=_SOME, mixed_rates=True, line_discounts=True), ""),
        ("zielona-pl", "V1027", "band", plain, ""),
        ("hoshikawa-jp", "V1028", "slate", plain, "exact"),
        ("valmorin-fr", "V1009", "guild", Wish(lines=_SOME, tax="reverse"), ""),
        ("almendral-es", "V1011", "compact", Wish(lines=_SOME, mixed_rates=True, details=True), ""),
    )
    for name, vendor, layout, wish, order in looks:
        yield Recipe(name=name, kind="digital", vendor=vendor, layout=layout, wish=wish, order="exact" if order else "")
    long = Wish(lines=(64, 64), details=True, line_discounts=True, large=True)
    yield Recipe(
        name="systeme-de-3-pages", kind="digital", vendor="V1005", layout="compact", wish=long, order="exact",
        about="three pages with sums carried forward",
    )  # fmt: skip
    yield Recipe(
        name="engineering-gb-2-pages", kind="digital", vendor="V1021", layout="harbour", wish=Wish(lines=(34, 34), large=True), order="exact",
        about="two pages",
    )  # fmt: skip
    credited = (
        ("credit-de", "V1004", "harbour", "RE-2025-4417"),
        ("credit-fr", "V1008", "atelier", "F2025-3302"),
        ("credit-us", "V1024", "prairie", ""),
    )
    for name, vendor, layout, reference in credited:
        yield Recipe(
            name=name,
            kind="digital",
            vendor=vendor,
            layout=layout,
            wish=Wish(type="credit_note", lines=_FEW, references=reference),
        )


def _review(reason: str, queue: str) -> Expect:
    return Expect(route="review", reason=reason, queue=queue)


def _exceptions() -> Iterator[Recipe]:
    """Yield documents that a rule must stop."""
    plain, large = Wish(lines=_SOME), Wish(lines=_SOME, large=True)
    yield Recipe(
        name="wrong-sum", kind="digital", vendor="V1007", layout="harbour", wish=plain, flaw="wrong_sum",
        expect=_review("amounts_wrong", "ap_data"), about="the printed total is 90.00 too high",
    )  # fmt: skip
    yield Recipe(
        name="unknown-vendor", kind="digital", vendor="X9001", layout="boxes", wish=plain, expect=_review("vendor_unknown", "ap_vendors"),
        about="stands in no master data",
    )  # fmt: skip
    yield Recipe(
        name="new-bank-account", kind="digital", vendor="V1018", layout="window", wish=plain, flaw="new_account",
        expect=_review("iban_changed", "ap_fraud"), about="a valid IBAN that is not the vendor's",
    )  # fmt: skip
    yield Recipe(
        name="large-without-order",
        kind="digital",
        vendor="V1009",
        layout="band",
        wish=large,
        expect=_review("large_without_order", "procurement"),
    )
    yield Recipe(
        name="more-than-ordered", kind="digital", vendor="V1022", layout="minimal", wish=plain, order="short",
        expect=_review("order_exceeded", "procurement"), about="the order was over less",
    )  # fmt: skip
    yield Recipe(
        name="order-nobody-placed", kind="digital", vendor="V1019", layout="boxes", wish=plain, order="unknown",
        expect=_review("order_unknown", "procurement"),
    )  # fmt: skip
    yield Recipe(
        name="order-closed", kind="digital", vendor="V1013", layout="guild", wish=plain, order="closed",
        expect=_review("order_not_open", "procurement"),
    )  # fmt: skip


def _copies(clean: dict[str, Recipe]) -> Iterator[Recipe]:
    """Yield documents that came before."""
    duplicate = Expect(route="duplicate", reason="duplicate")
    yield Recipe(
        name="same-file-again", kind="digital", vendor="V1001", original=clean["papier-de"], is_same_file=True,
        expect=Expect(route="duplicate", reason="same_bytes"), about="byte for byte the same file under another name",
    )  # fmt: skip
    yield Recipe(
        name="resent-in-new-layout", kind="digital", vendor="V1016", layout="guild", original=clean["zilvermeeuw-nl"], expect=duplicate,
        about="the same invoice, printed by other software",
    )  # fmt: skip
    yield Recipe(
        name="number-again-other-total", kind="digital", vendor="V1004", layout="window", original=clean["quellwald-de"], flaw="other_total",
        expect=_review("number_used_twice", "ap_duplicates"), about="the number of an earlier invoice with another amount",
    )  # fmt: skip
    yield Recipe(
        name="scanned-again", kind="scan", vendor="V1020", layout="minimal", original=clean["thornbury-gb"],
        form=Form(dpi=150, angle=-0.6, dirt=0.3, has_stamp=True), expect=duplicate, about="a paper copy of an invoice that came by mail",
    )  # fmt: skip


def _pictures(clean: dict[str, Recipe]) -> Iterator[Recipe]:
    """Yield scans, photos, screen shots and faxes."""
    del clean
    plain = Wish(lines=_SOME)
    scans = (
        ("scan-grey-de", "V1003", "harbour", Form(dpi=150, angle=0.4, dirt=0.3)),
        ("scan-stamped-fr", "V1010", "boxes", Form(dpi=150, angle=-1.1, dirt=0.5, has_stamp=True)),
        ("scan-bw-nl", "V1017", "window", Form(dpi=200, has_grey=False, angle=0.7, dirt=0.4, has_stamp=True)),
        ("scan-bw-it", "V1015", "ledger", Form(dpi=300, has_grey=False, angle=-0.3, dirt=0.6)),
    )
    for name, vendor, layout, form in scans:
        yield Recipe(name=name, kind="scan", vendor=vendor, layout=layout, wish=plain, form=form)
    photos = (
        ("photo-es", "V1011", "atelier", Form(dpi=180, tilt=0.8)),
        ("photo-gb", "V1020", "band", Form(dpi=180, tilt=1.0, darkness=0.45)),
    )
    for name, vendor, layout, form in photos:
        yield Recipe(name=name, kind="photo", vendor=vendor, layout=layout, wish=Wish(lines=_FEW), form=form)
    yield Recipe(
        name="screenshot-at", kind="png", vendor="V1007", layout="minimal", wish=plain, form=Form(dpi=150, dirt=0)
    )
    yield Recipe(
        name="fax-2-pages-de", kind="tiff", vendor="V1002", layout="window", wish=Wish(lines=(26, 26), large=True), order="exact",
        form=Form(dpi=200, has_grey=False, angle=0.3, dirt=0.3), about="two pages, CCITT group 4",
    )  # fmt: skip
    yield Recipe(
        name="tiff-lzw-ie", kind="tiff", vendor="V1022", layout="guild", wish=plain, form=Form(dpi=150, dirt=0), about="grey, LZW",
    )  # fmt: skip


def _data() -> Iterator[Recipe]:
    """Yield e-invoices, alone and inside a PDF."""
    rich = Wish(lines=_SOME, mixed_rates=True, discount=True, freight=True, line_discounts=True, details=True)
    yield Recipe(name="ubl-de", kind="ubl", vendor="V1003", wish=Wish(lines=_SOME))
    yield Recipe(name="ubl-nl-order", kind="ubl", vendor="V1016", wish=rich, order="exact")
    yield Recipe(
        name="ubl-credit-it", kind="ubl", vendor="V1013", wish=Wish(type="credit_note", lines=_FEW, references="417/25")
    )
    yield Recipe(name="cii-fr", kind="cii", vendor="V1008", wish=rich)
    yield Recipe(name="cii-reverse-es", kind="cii", vendor="V1012", wish=Wish(lines=_SOME, tax="reverse"))
    yield Recipe(
        name="facturx-de", kind="hybrid", vendor="V1001", layout="slate", wish=Wish(lines=_SOME, mixed_rates=True)
    )
    yield Recipe(
        name="facturx-fr-order",
        kind="hybrid",
        vendor="V1009",
        layout="harbour",
        wish=Wish(lines=_SOME, freight=True),
        order="exact",
    )
    yield Recipe(
        name="facturx-contradiction", kind="hybrid", vendor="V1006", layout="slate", wish=Wish(lines=_SOME), flaw="contradiction",
        expect=_review("print_contradicts_data", "ap_fraud"), about="the total in the XML is higher than the printed one; truth holds the print",
    )  # fmt: skip


def _other_mail() -> Iterator[Recipe]:
    """Yield e-mail, and mail that is no invoice."""
    yield Recipe(
        name="mail-de",
        kind="mail",
        vendor="V1004",
        layout="window",
        wish=Wish(lines=_FEW),
        about="two attachments and a logo",
    )
    yield Recipe(
        name="mail-gb",
        kind="mail",
        vendor="V1021",
        layout="minimal",
        wish=Wish(lines=_FEW),
        about="two attachments and a logo",
    )
    receipt = Wish(type="receipt")
    yield Recipe(name="receipt-de", kind="digital", vendor="V1001", wish=receipt, expect=NO_FLOW)
    yield Recipe(
        name="receipt-photo-fr",
        kind="photo",
        vendor="V1008",
        wish=receipt,
        form=Form(dpi=220, tilt=0.7),
        expect=NO_FLOW,
    )
    yield Recipe(
        name="receipt-scan-gb",
        kind="scan",
        vendor="V1020",
        wish=receipt,
        form=Form(dpi=200, dirt=0.5, angle=0.8),
        expect=NO_FLOW,
    )
    yield Recipe(
        name="order-from-customer-de",
        kind="digital",
        vendor="C2001",
        layout="harbour",
        wish=Wish(type="purchase_order"),
        expect=NO_FLOW,
    )
    yield Recipe(
        name="order-from-customer-gb",
        kind="digital",
        vendor="C2002",
        layout="slate",
        wish=Wish(type="purchase_order"),
        expect=NO_FLOW,
    )
    yield Recipe(
        name="delivery-note-de",
        kind="digital",
        vendor="V1004",
        layout="window",
        wish=Wish(type="goods_receipt"),
        expect=NO_FLOW,
    )
    yield Recipe(
        name="delivery-note-fr",
        kind="digital",
        vendor="V1009",
        layout="boxes",
        wish=Wish(type="goods_receipt"),
        expect=NO_FLOW,
    )
    yield Recipe(
        name="letter-de", kind="digital", vendor="V1003", layout="atelier", wish=Wish(type="unknown"), expect=NO_FLOW
    )


def _broken() -> Iterator[Recipe]:
    """Yield files that cannot be read, each with the code of its finding."""
    flaws = (
        ("truncated", "unreadable_pdf"),
        ("empty", "empty_file"),
        ("encrypted", "encrypted"),
        ("not_a_pdf", "unsupported_type"),
    )
    for flaw, code in flaws:
        yield Recipe(
            name=flaw.replace("_", "-"), kind="broken", vendor="V1001", flaw=flaw, expect=_review(code, "intake")
        )


def _codes() -> Iterator[Recipe]:
    """Yield invoices with payment codes and with hidden text."""
    few = Wish(lines=_FEW)
    fraud = _review("print_contradicts_data", "ap_fraud")
    yield Recipe(
        name="girocode-de",
        kind="digital",
        vendor="V1001",
        layout="harbour",
        wish=few,
        code="giro",
        about="the GiroCode says what is printed",
    )
    yield Recipe(
        name="girocode-swapped-de", kind="digital", vendor="V1003", layout="harbour", wish=few, code="giro", flaw="swapped_code", expect=fraud,
        about="the GiroCode pays to another account than the printed one",
    )  # fmt: skip
    yield Recipe(
        name="hidden-total-fr", kind="digital", vendor="V1010", layout="harbour", wish=few, flaw="hidden_total", expect=fraud,
        about="white letters on white say ten times the total",
    )  # fmt: skip
    yield Recipe(
        name="swiss-qr-bill-ch", kind="digital", vendor="V1026", layout="harbour", wish=few, code="swiss", about="the payment part is a page of its own",
    )  # fmt: skip


def _languages() -> Iterator[Recipe]:
    """Yield invoices in further languages."""
    yield Recipe(name="priede-lv", kind="digital", vendor="V1029", layout="slate", wish=Wish(lines=_SOME))
    yield Recipe(
        name="sowa-pl", kind="digital", vendor="V1030", layout="harbour", wish=Wish(lines=_SOME, discount=True)
    )
    yield Recipe(
        name="sereno-pt", kind="digital", vendor="V1031", layout="compact", wish=Wish(lines=_SOME, freight=True)
    )


def _bundles() -> Iterator[Recipe]:
    """Yield files that hold three invoices of three vendors."""
    few = Wish(lines=_FEW)

    def part(name: str, vendor: str, layout: str, *, is_long: bool = False) -> Recipe:
        wish = Wish(lines=(40, 40), large=True) if is_long else few
        return Recipe(
            name=name, kind="digital", vendor=vendor, layout=layout, wish=wish, order="exact" if is_long else ""
        )

    yield Recipe(
        name="bundle-separators", kind="bundle", vendor="V1002", has_separators=True, is_scanned=True, form=Form(dpi=150, angle=0.3, dirt=0.2),
        parts=(part("bundle-a", "V1002", "harbour"), part("bundle-b", "V1022", "boxes"), part("bundle-c", "V1017", "window")),
        about="a stack through the scanner, with separator sheets",
    )  # fmt: skip
    yield Recipe(
        name="bundle-plain", kind="bundle", vendor="V1008",
        parts=(part("bundle-d", "V1008", "guild"), part("bundle-e", "V1005", "window", is_long=True), part("bundle-f", "V1014", "slate")),
        about="joined PDFs without separators; the second paper has two pages",
    )  # fmt: skip


def _words() -> Iterator[Recipe]:
    """Yield documents that come as words: bodies of mails, plain text, answers of recognition services, and a slip of paper."""
    few = Wish(lines=_FEW)
    yield Recipe(
        name="mail-body-nl", kind="body", vendor="V1018", wish=few, about="the invoice is the HTML of the mail"
    )
    yield Recipe(
        name="mail-body-order-gb", kind="body", vendor="C2002", wish=Wish(type="purchase_order", lines=_FEW), expect=NO_FLOW, about="the order is the HTML of the mail",
    )  # fmt: skip
    yield Recipe(name="plain-text-ie", kind="text", vendor="V1022", wish=few)
    yield Recipe(name="ocr-result-it", kind="ocr", vendor="V1013", layout="boxes", wish=few, about="postroom-ocr")
    yield Recipe(
        name="textract-gb", kind="ocr", vendor="V1021", layout="harbour", wish=few, service="textract", about="an AnalyzeExpense answer of AWS Textract",
    )  # fmt: skip
    yield Recipe(
        name="receipt-photo-es", kind="photo", vendor="V1011", layout="atelier", wish=Wish(type="receipt"),
        form=Form(dpi=220, tilt=1.3, darkness=0.6, creases=2, fading=0.2), expect=NO_FLOW, about="a crumpled slip, photographed from the side, half in shadow",
    )  # fmt: skip
