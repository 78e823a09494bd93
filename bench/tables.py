"""Draw line tables in many archetypes and nine languages as words with boxes, with their truth. No PDF is made.

Wordings come from trade practice, not from the vocabularies of `mappings/inbound`: what those do not know is a finding.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engine.model.page import Page, Reading, Rule, Word

CENT = Decimal("0.01")
WIDE, HIGH = 595.0, 842.0
LANGUAGES: dict[str, dict[str, Any]] = {
    "en": {"title": "Invoice", "number": "Invoice No.", "date": "Date", "head": {"no": ["Item", "#", "Line"], "code": ["SKU", "Part No.", "Item code"], "text": ["Description", "Product", "Details of service"], "qty": ["Qty", "Quantity", "Units"], "unit": ["UoM", "Unit"], "price": ["Unit price", "Rate", "Price each"], "disc": ["Disc. %", "Discount"], "tax": ["VAT %", "VAT"], "amount": ["Amount", "Line total", "Net amount"], "gross": ["Gross"]}, "net": "Net total", "vat": "VAT", "total": "Total", "sub": "Subtotal", "carry": ["Carried forward", "Brought forward"], "units": {"H87": "pcs", "HUR": "hours", "KGM": "kg"}, "goods": ["Steel bracket 40 mm", "Consulting services", "Ball valve DN 25", "Office chair, black", "Maintenance contract", "Copy paper A4 80 g", "Hydraulic hose 2 m", "Safety gloves size 9"], "detail": ["Serial no. 88731-A", "Delivered on 03/04/2024", "Period 01/03/2024 - 31/03/2024", "as agreed by phone"], "free": "Free sample", "fee": "Recycling fee", "less": "Less discount", "group": "Project North", "decimal": ".", "group_mark": ",", "labels": {"text": "Description", "qty": "Quantity", "price": "Unit price", "amount": "Amount", "code": "Item code"}},
    "de": {"title": "Rechnung", "number": "Rechnungs-Nr.", "date": "Datum", "head": {"no": ["Pos.", "Pos", "Lfd. Nr."], "code": ["Art.-Nr.", "Artikelnummer", "Art. Nr."], "text": ["Bezeichnung", "Artikelbezeichnung", "Leistung"], "qty": ["Menge", "Anzahl", "Anz."], "unit": ["Einheit", "ME", "Einh."], "price": ["Einzelpreis", "E-Preis", "Preis/Einheit"], "disc": ["Rabatt %", "Rab. %", "Rabatt"], "tax": ["MwSt. %", "USt %", "MwSt"], "amount": ["Gesamtpreis", "Betrag", "Gesamt EUR"], "gross": ["Brutto"]}, "net": "Nettobetrag", "vat": "MwSt", "total": "Gesamtbetrag", "sub": "Zwischensumme", "carry": ["Übertrag", "Übertrag"], "units": {"H87": "Stk", "HUR": "Std", "KGM": "kg"}, "goods": ["Schraube verzinkt M8x40", "Beratung vor Ort", "Kugelhahn DN 25", "Bürostuhl schwarz", "Wartungsvertrag Basis", "Kopierpapier A4 80 g", "Hydraulikschlauch 2 m", "Schutzhandschuhe Gr. 9"], "detail": ["Seriennummer 88731-A", "Lieferdatum 03.04.2024", "Zeitraum 01.03.2024 - 31.03.2024", "wie telefonisch besprochen"], "free": "Muster kostenlos", "fee": "Pfand Mehrweg", "less": "abzgl. Rabatt", "group": "Bauteil Nord", "decimal": ",", "group_mark": ".", "labels": {"text": "Bezeichnung", "qty": "Menge", "price": "Einzelpreis", "amount": "Gesamtpreis", "code": "Artikelnummer"}},
    "fr": {"title": "Facture", "number": "Facture N°", "date": "Date", "head": {"no": ["N°", "Ligne", "Pos."], "code": ["Réf.", "Référence", "Code article"], "text": ["Désignation", "Description", "Libellé"], "qty": ["Qté", "Quantité", "Qté."], "unit": ["Unité", "U."], "price": ["Prix unitaire HT", "P.U. HT", "PU"], "disc": ["Remise %", "Remise"], "tax": ["TVA %", "Taux TVA", "TVA"], "amount": ["Montant HT", "Total HT", "Total ligne HT"], "gross": ["Total TTC"]}, "net": "Total HT", "vat": "TVA", "total": "Total TTC", "sub": "Sous-total", "carry": ["À reporter", "Report"], "units": {"H87": "pce", "HUR": "heures", "KGM": "kg"}, "goods": ["Équerre acier 40 mm", "Prestation de conseil", "Vanne à bille DN 25", "Chaise de bureau noire", "Contrat de maintenance", "Papier A4 80 g", "Flexible hydraulique 2 m", "Gants de protection T9"], "detail": ["N° de série 88731-A", "Livré le 03/04/2024", "Période du 01/03/2024 au 31/03/2024", "selon accord téléphonique"], "free": "Échantillon gratuit", "fee": "Éco-participation", "less": "Remise accordée", "group": "Chantier Nord", "decimal": ",", "group_mark": " ", "labels": {"text": "Désignation", "qty": "Quantité", "price": "Prix unitaire", "amount": "Montant", "code": "Référence"}},
    "es": {"title": "Factura", "number": "Factura nº", "date": "Fecha", "head": {"no": ["Nº", "Línea", "Pos."], "code": ["Código", "Ref.", "Referencia"], "text": ["Descripción", "Concepto", "Artículo"], "qty": ["Cantidad", "Cant.", "Uds."], "unit": ["Unidad", "U.M."], "price": ["Precio unitario", "Precio", "P. unit."], "disc": ["Dto. %", "Descuento", "% Dto."], "tax": ["IVA %", "% IVA", "IVA"], "amount": ["Importe", "Total", "Importe neto"], "gross": ["Total con IVA"]}, "net": "Base imponible", "vat": "IVA", "total": "Total factura", "sub": "Subtotal", "carry": ["Suma y sigue", "Suma anterior"], "units": {"H87": "uds", "HUR": "horas", "KGM": "kg"}, "goods": ["Soporte de acero 40 mm", "Servicios de consultoría", "Válvula de bola DN 25", "Silla de oficina negra", "Contrato de mantenimiento", "Papel A4 80 g", "Manguera hidráulica 2 m", "Guantes de seguridad T9"], "detail": ["Nº de serie 88731-A", "Entregado el 03/04/2024", "Periodo 01/03/2024 - 31/03/2024", "según lo acordado"], "free": "Muestra gratuita", "fee": "Tasa de reciclaje", "less": "Descuento especial", "group": "Obra Norte", "decimal": ",", "group_mark": ".", "labels": {"text": "Descripción", "qty": "Cantidad", "price": "Precio unitario", "amount": "Importe", "code": "Código"}},
    "it": {"title": "Fattura", "number": "Fattura n.", "date": "Data", "head": {"no": ["N.", "Riga", "Pos."], "code": ["Codice", "Cod. articolo", "Cod."], "text": ["Descrizione", "Articolo", "Descrizione beni"], "qty": ["Quantità", "Q.tà", "Qta"], "unit": ["U.M.", "UM"], "price": ["Prezzo unitario", "Prezzo", "Prezzo unit."], "disc": ["Sconto %", "Sc. %", "Sconto"], "tax": ["IVA %", "Aliq. IVA", "IVA"], "amount": ["Importo", "Totale", "Prezzo totale"], "gross": ["Totale ivato"]}, "net": "Totale imponibile", "vat": "IVA", "total": "Totale fattura", "sub": "Subtotale", "carry": ["A riportare", "Riporto"], "units": {"H87": "pz", "HUR": "ore", "KGM": "kg"}, "goods": ["Staffa in acciaio 40 mm", "Consulenza tecnica", "Valvola a sfera DN 25", "Sedia ufficio nera", "Contratto di assistenza", "Carta A4 80 g", "Tubo idraulico 2 m", "Guanti da lavoro T9"], "detail": ["N. serie 88731-A", "Consegnato il 03/04/2024", "Periodo 01/03/2024 - 31/03/2024", "come da accordi"], "free": "Campione gratuito", "fee": "Contributo RAEE", "less": "Sconto merce", "group": "Cantiere Nord", "decimal": ",", "group_mark": ".", "labels": {"text": "Descrizione", "qty": "Quantità", "price": "Prezzo unitario", "amount": "Importo", "code": "Codice"}},
    "nl": {"title": "Factuur", "number": "Factuurnummer", "date": "Datum", "head": {"no": ["Regel", "Nr.", "Pos."], "code": ["Artikelnr.", "Artikelcode", "Art.nr."], "text": ["Omschrijving", "Artikel", "Product"], "qty": ["Aantal", "Aant.", "Hoeveelheid"], "unit": ["Eenheid", "Ehd"], "price": ["Prijs", "Stuksprijs", "Prijs per stuk"], "disc": ["Korting %", "Korting"], "tax": ["BTW %", "Btw", "BTW-tarief"], "amount": ["Bedrag", "Totaal", "Regelbedrag"], "gross": ["Incl. BTW"]}, "net": "Totaal excl. BTW", "vat": "BTW", "total": "Totaal incl. BTW", "sub": "Subtotaal", "carry": ["Transport", "Transport"], "units": {"H87": "stuks", "HUR": "uur", "KGM": "kg"}, "goods": ["Stalen beugel 40 mm", "Advieswerkzaamheden", "Kogelkraan DN 25", "Bureaustoel zwart", "Onderhoudscontract", "Kopieerpapier A4 80 g", "Hydrauliekslang 2 m", "Werkhandschoenen mt 9"], "detail": ["Serienummer 88731-A", "Geleverd op 03-04-2024", "Periode 01-03-2024 t/m 31-03-2024", "zoals besproken"], "free": "Gratis monster", "fee": "Verwijderingsbijdrage", "less": "Af: korting", "group": "Project Noord", "decimal": ",", "group_mark": ".", "labels": {"text": "Omschrijving", "qty": "Aantal", "price": "Prijs", "amount": "Bedrag", "code": "Artikelnummer"}},
    "pl": {"title": "Faktura", "number": "Faktura VAT nr", "date": "Data wystawienia", "head": {"no": ["Lp.", "L.p.", "Poz."], "code": ["Indeks", "Kod", "Symbol"], "text": ["Nazwa towaru lub usługi", "Nazwa", "Opis"], "qty": ["Ilość", "Ilosc"], "unit": ["J.m.", "Jm"], "price": ["Cena netto", "Cena jedn. netto", "Cena jednostkowa"], "disc": ["Rabat %", "Rabat"], "tax": ["VAT %", "Stawka VAT", "VAT"], "amount": ["Wartość netto", "Kwota netto", "Netto"], "gross": ["Wartość brutto"]}, "net": "Razem netto", "vat": "VAT", "total": "Do zapłaty", "sub": "Suma częściowa", "carry": ["Do przeniesienia", "Z przeniesienia"], "units": {"H87": "szt.", "HUR": "godz.", "KGM": "kg"}, "goods": ["Wspornik stalowy 40 mm", "Usługi doradcze", "Zawór kulowy DN 25", "Krzesło biurowe czarne", "Umowa serwisowa", "Papier A4 80 g", "Wąż hydrauliczny 2 m", "Rękawice ochronne r. 9"], "detail": ["Nr seryjny 88731-A", "Dostarczono 03.04.2024", "Okres 01.03.2024 - 31.03.2024", "zgodnie z ustaleniami"], "free": "Próbka gratis", "fee": "Opłata recyklingowa", "less": "Upust", "group": "Budowa Północ", "decimal": ",", "group_mark": " ", "labels": {"text": "Nazwa", "qty": "Ilość", "price": "Cena netto", "amount": "Wartość netto", "code": "Kod"}},
    "pt": {"title": "Fatura", "number": "Fatura n.º", "date": "Data", "head": {"no": ["Linha", "N.º", "Item"], "code": ["Código", "Referência", "Ref."], "text": ["Descrição", "Designação", "Artigo"], "qty": ["Quantidade", "Qtd.", "Qtd"], "unit": ["Unidade", "Un."], "price": ["Preço unitário", "Preço", "P. Unitário"], "disc": ["Desc. %", "Desconto"], "tax": ["IVA %", "Taxa IVA", "IVA"], "amount": ["Valor", "Total líquido", "Montante"], "gross": ["Total com IVA"]}, "net": "Total ilíquido", "vat": "IVA", "total": "Total a pagar", "sub": "Subtotal", "carry": ["A transportar", "Transporte"], "units": {"H87": "un", "HUR": "horas", "KGM": "kg"}, "goods": ["Suporte de aço 40 mm", "Serviços de consultoria", "Válvula de esfera DN 25", "Cadeira de escritório", "Contrato de manutenção", "Papel A4 80 g", "Mangueira hidráulica 2 m", "Luvas de proteção T9"], "detail": ["N.º de série 88731-A", "Entregue em 03/04/2024", "Período 01/03/2024 a 31/03/2024", "conforme combinado"], "free": "Amostra gratuita", "fee": "Ecovalor", "less": "Desconto especial", "group": "Obra Norte", "decimal": ",", "group_mark": ".", "labels": {"text": "Descrição", "qty": "Quantidade", "price": "Preço unitário", "amount": "Valor", "code": "Código"}},
    "lv": {"title": "Rēķins", "number": "Rēķins Nr.", "date": "Datums", "head": {"no": ["Nr.", "N.p.k.", "Nr.p.k."], "code": ["Kods", "Artikuls", "Preces kods"], "text": ["Nosaukums", "Preces nosaukums", "Apraksts"], "qty": ["Daudzums", "Skaits", "Daudz."], "unit": ["Mērvienība", "Mērv."], "price": ["Cena", "Vienības cena", "Cena EUR"], "disc": ["Atlaide %", "Atlaide"], "tax": ["PVN %", "PVN likme", "PVN"], "amount": ["Summa", "Summa EUR", "Kopā"], "gross": ["Summa ar PVN"]}, "net": "Summa bez PVN", "vat": "PVN", "total": "Kopā apmaksai", "sub": "Starpsumma", "carry": ["Pārnesums", "Pārnesums"], "units": {"H87": "gab.", "HUR": "st.", "KGM": "kg"}, "goods": ["Tērauda stiprinājums 40 mm", "Konsultāciju pakalpojumi", "Lodveida krāns DN 25", "Biroja krēsls melns", "Apkopes līgums", "Papīrs A4 80 g", "Hidrauliskā šļūtene 2 m", "Darba cimdi 9"], "detail": ["Sērijas Nr. 88731-A", "Piegādāts 03.04.2024", "Periods 01.03.2024 - 31.03.2024", "kā norunāts"], "free": "Bezmaksas paraugs", "fee": "Dabas resursu nodoklis", "less": "Papildu atlaide", "group": "Objekts Ziemeļi", "decimal": ",", "group_mark": " ", "labels": {"text": "Nosaukums", "qty": "Daudzums", "price": "Cena", "amount": "Summa", "code": "Kods"}},
}  # fmt: skip
ARCHETYPES = (
    "plain", "no_headings", "two_line_headings", "text_above", "text_below", "centred", "merged_unit", "currency_cells",
    "discount_column", "discount_row", "tax_column", "gross_column", "wrapped", "groups", "blocks", "other_baseline",
    "touching", "ruled", "ocr", "left_aligned", "price_per_100", "amount_first", "negative", "fees", "unknown_headings",
    "tax_letters", "receipt", "ean", "stair", "delivery_list",
)  # fmt: skip
_NARROW = frozenset("iIl.,:;'|!jt()[] fr-")
_CONFUSED = {"l": "1", "O": "0", "o": "0", "e": "c", "rn": "m"}


@dataclass
class Item:
    text: str
    qty: Decimal
    unit: str
    price: Decimal
    code: str
    tax: Decimal
    discount: Decimal = Decimal(0)
    details: list[str] = field(default_factory=list)
    kind: str = "item"
    per: int = 1

    @property
    def amount(self) -> Decimal:
        return (self.qty * self.price / self.per * (1 - self.discount / 100)).quantize(CENT, ROUND_HALF_UP)


class Canvas:
    """Pages that words are drawn on."""

    def __init__(self, rng: random.Random, *, size: float, is_ocr: bool) -> None:
        self.rng, self.size, self.is_ocr = rng, size, is_ocr
        self.pages: list[tuple[list[Word], list[Rule]]] = [([], [])]
        self.y = 50.0

    def width(self, text: str, size: float | None = None) -> float:
        return sum((0.3 if c in _NARROW else 0.56) * (size or self.size) for c in text)

    def text(
        self, x: float, text: str, *, align: str = "left", y: float | None = None, size: float | None = None
    ) -> None:
        at = self.y if y is None else y
        high = size or self.size
        x -= {"left": 0.0, "right": 1.0, "centre": 0.5}[align] * self.width(text, high)
        for word in text.split(" "):
            wide = self.width(word, high)
            if word:
                self.pages[-1][0].append(self._word(word, x, at, wide, high))
            x += wide + 0.3 * high

    def _word(self, word: str, x: float, at: float, wide: float, high: float) -> Word:
        noise = 0.8 if self.is_ocr else 0.0
        dy = self.rng.uniform(-noise, noise)
        if self.is_ocr and self.rng.random() < 0.02 and word.isalpha():
            letter = self.rng.choice(word)
            word = word.replace(letter, _CONFUSED.get(letter, letter), 1)
        return Word(word, x, at + dy, x + wide, at + dy + 0.9 * high, 0.93 if self.is_ocr else 1.0)

    def rule(self, y: float, x0: float = 45.0, x1: float = 550.0) -> None:
        self.pages[-1][1].append(Rule(x0, y, x1, y))

    def turn(self) -> None:
        self.pages.append(([], []))
        self.y = 50.0

    def reading(self) -> Reading:
        how = "ocr" if self.is_ocr else "text_layer"
        pages = tuple(
            Page(number=n, width=WIDE, height=HIGH, words=tuple(w), rules=tuple(r), how=how, by="drawn@1")  # type: ignore[arg-type]
            for n, (w, r) in enumerate(self.pages, 1)
        )
        return Reading(pages=pages, page_count=len(pages))


class Drawing:
    """One document of one archetype."""

    def __init__(self, seed: int, archetype: str, language: str) -> None:
        self.rng = random.Random(f"{seed}/{archetype}/{language}")
        self.kind, self.language = archetype, language
        self.words = LANGUAGES[language]
        self.canvas = Canvas(self.rng, size=self.rng.choice([8.0, 9.0, 10.0]), is_ocr=archetype == "ocr")
        self.step = self.canvas.size * self.rng.uniform(1.15, 1.5)
        self.items = self._items()
        self.currency = self.rng.choice(["EUR", "€"])

    def number(self, value: Decimal, places: int = 2) -> str:
        text = f"{abs(value):,.{places}f}"
        whole, _, part = text.partition(".")
        whole = whole.replace(",", self.words["group_mark"])
        return ("-" if value < 0 else "") + whole + (self.words["decimal"] + part if part else "")

    def quantity(self, value: Decimal) -> str:
        return self.number(value, 0) if value == value.to_integral_value() else self.number(value, 1)

    def _items(self) -> list[Item]:
        rng, count = self.rng, self.rng.randint(2, 7)
        if self.kind in {"wrapped", "groups"}:
            count = rng.randint(6, 14)
        rates = rng.choice([[Decimal(20)], [Decimal(21), Decimal(9)], [Decimal(19), Decimal(7)]])
        items = []
        for i in range(count):
            unit = rng.choice(list(self.words["units"]))
            qty = Decimal(rng.randint(1, 40)) if unit == "H87" else Decimal(rng.randint(2, 60)) / 2
            price = Decimal(rng.randint(150, 30000)) / 100
            text = self.words["goods"][(i + rng.randint(0, 7)) % 8]
            item = Item(text, qty, unit, price, f"{rng.choice('ABKX')}{rng.randint(1000, 99999)}", rng.choice(rates))
            if rng.random() < 0.35 or self.kind in {"text_above", "text_below", "centred"}:
                item.details = rng.sample(self.words["detail"], rng.randint(1, 2))
            if self.kind == "discount_column" and rng.random() < 0.7:
                item.discount = Decimal(rng.choice([5, 10, 15, 20]))
            if self.kind == "price_per_100":
                item.per, item.price = 100, item.price * 5
                item.qty = Decimal(rng.randint(1, 30) * 50)
                item.unit = "H87"
            if self.kind == "ean":
                item.code = f"40{rng.randint(10**10, 10**11 - 1)}"
            items.append(item)
        if self.kind == "negative":
            items[-1].qty = -items[-1].qty
            items.append(Item(self.words["free"], Decimal(1), "H87", Decimal(0), "F100", items[0].tax))
        if self.kind == "fees":
            items.insert(1, Item(self.words["fee"], items[0].qty, "H87", Decimal("0.25"), "E1", items[0].tax))
        if self.kind == "discount_row":
            off = -(items[0].amount / 10).quantize(CENT)
            items.insert(1, Item(f"{self.words['less']} 10 %", Decimal(1), "H87", off, "", items[0].tax, kind="row"))
        return items

    def columns(self) -> list[tuple[str, float, str]]:  # noqa: C901
        """Return (name, x, align) left to right."""
        rng, kind = self.rng, self.kind
        if kind == "amount_first":
            return [
                ("qty", 80, "right"),
                ("unit", 86, "left"),
                ("text", 125, "left"),
                ("price", 450, "right"),
                ("amount", 545, "right"),
            ]
        if kind == "receipt":
            return [("text", 60, "left"), ("amount", 330, "right")]
        names = ["no"] * (rng.random() < 0.7) + ["code"] * (rng.random() < 0.5 or kind == "ean") + ["text", "qty"]
        if kind != "merged_unit" and rng.random() < 0.6:
            names.append("unit")
        names.append("price")
        if kind == "price_per_100":
            names.append("per")
        if kind == "discount_column":
            names.append("disc")
        if kind in {"tax_column", "tax_letters", "gross_column"} or rng.random() < 0.2:
            names.append("tax")
        names.append("amount")
        if kind == "gross_column":
            names.append("gross")
        if rng.random() < 0.15 and "text" in names and "qty" in names:
            names.remove("qty")
            names.insert(names.index("text"), "qty")
        wide = {
            "no": 26,
            "code": 72 if kind == "ean" else 55,
            "qty": 48,
            "unit": 42,
            "price": 68,
            "disc": 48,
            "tax": 42,
            "amount": 68,
            "gross": 62,
            "per": 30,
        }
        rest = 505 - sum(wide.get(n, 0) for n in names)
        x, out = 45.0, []
        numeric = {"qty", "price", "disc", "tax", "amount", "gross", "per"}
        align = "left" if kind == "left_aligned" else "right"
        for name in names:
            width = rest if name == "text" else wide[name]
            if name in numeric:
                tight = 2.5 if kind == "touching" else 6
                out.append((name, x + (0 if align == "left" else width - tight), align))
            else:
                out.append((name, x + 2, "left"))
            x += width
        return out

    def draw(self) -> tuple[Reading, dict[str, Any]]:
        c, w = self.canvas, self.words
        c.text(50, "Nordwerk Handels GmbH", size=13)
        c.y += 40
        c.text(50, "Sample Customer Ltd")
        for label, value in ((w["number"], f"R-{self.rng.randint(1000, 9999)}"), (w["date"], "17.05.2024")):
            c.y += 15
            c.text(340, label)
            c.text(460, value)
        c.y += 25
        c.text(50, w["title"], size=14)
        c.y += 30
        if self.kind == "delivery_list":
            self._delivery_list()
        lines = self._blocks() if self.kind == "blocks" else self._table()
        taxes = self._sums()
        return c.reading(), {"language": self.language, "archetype": self.kind, "lines": lines, "taxes": taxes}

    def _delivery_list(self) -> None:
        c, heads = self.canvas, self.words["head"]
        for x, text in ((50, heads["code"][0]), (150, heads["text"][0]), (450, heads["qty"][0])):
            c.text(x, text)
        for item in self.items:
            c.y += self.step
            c.text(50, item.code)
            c.text(150, item.text)
            c.text(450, self.quantity(item.qty))
        c.y += 30

    def _blocks(self) -> list[dict[str, str]]:
        c, labels, rng = self.canvas, self.words["labels"], self.rng
        sign = rng.choice([":", ":", ""])
        out = []
        for n, item in enumerate(self.items, 1):
            if c.y > 640:
                c.turn()
            c.text(50, f"{rng.choice([self.words['head']['no'][0]])} {n}")
            cells = {
                "text": item.text,
                "code": item.code,
                "qty": f"{self.quantity(item.qty)} {self.words['units'][item.unit]}",
                "price": self.number(item.price),
                "amount": self.number(item.amount),
            }
            for name, value in cells.items():
                c.y += self.step
                c.text(70, labels[name] + sign)
                c.text(200, value)
            c.y += 1.8 * self.step
            out.append(self._truth(n, item, {"no", "text", "code", "qty", "unit", "price", "amount"}, details=False))
        return out

    def _heading(self, columns: list[tuple[str, float, str]]) -> None:
        c = self.canvas
        if self.kind in {"no_headings", "receipt"}:
            return
        for name, x, align in columns:
            options = self.words["head"].get(name, ["per"])
            text = self.rng.choice(options)
            if self.kind == "unknown_headings" and name != "text":
                text = {"qty": "Xqz", "price": "Brfl", "amount": "Zonk"}.get(name, text)
            if self.kind == "two_line_headings" and " " in text:
                first, _, second = text.partition(" ")
                c.text(x, first, align=align)
                c.text(x, second, align=align, y=c.y + c.size * 1.1)
            else:
                dy = c.size * 0.55 if self.kind == "two_line_headings" and self.rng.random() < 0.3 else 0.0
                c.text(x, text, align=align, y=c.y + dy)
        c.y += c.size * (2.4 if self.kind == "two_line_headings" else 1.5)
        if self.kind == "ruled" or self.rng.random() < 0.4:
            c.rule(c.y - 2)
        c.y += self.step * 0.3

    def _table(self) -> list[dict[str, str]]:
        c, columns, out = self.canvas, self.columns(), []
        self._heading(columns)
        names = {name for name, _, _ in columns}
        running, since = Decimal(0), Decimal(0)
        split = self.rng.randint(2, len(self.items) - 1) if self.kind in {"wrapped", "groups"} else 0
        for n, item in enumerate(self.items, 1):
            if split and n == split + 1:
                if self.kind == "wrapped":
                    self._wrap(columns, running)
                else:
                    self._line(columns, {"text": self.words["sub"], "amount": self.number(since)})
                    since = Decimal(0)
            if self.kind == "groups" and n in {1, split + 1}:
                self._line(columns, {"text": f"{self.words['group']} {n}"})
            self._item(columns, n, item)
            running += item.amount
            since += item.amount
            out.append(self._truth(n, item, names, details=True))
            if self.kind == "ruled":
                c.rule(c.y - 1.5)
        if self.kind == "groups":
            self._line(columns, {"text": self.words["sub"], "amount": self.number(since)})
        return out

    def _wrap(self, columns: list[tuple[str, float, str]], running: Decimal) -> None:
        c = self.canvas
        self._line(columns, {"text": self.words["carry"][0], "amount": self.number(running)})
        c.text(50, "Nordwerk Handels GmbH · DE123456789 · Tel. 030 123456", y=800)
        c.text(480, "1 / 2", y=815)
        c.turn()
        c.text(50, "Nordwerk Handels GmbH", size=13)
        c.y += 50
        if self.rng.random() < 0.7:
            self._heading(columns)
        self._line(columns, {"text": self.words["carry"][1], "amount": self.number(running)})

    def _line(self, columns: list[tuple[str, float, str]], cells: dict[str, str], dy: float = 0.0) -> None:
        c = self.canvas
        for name, x, align in columns:
            if cells.get(name):
                shift = dy if name in {"qty", "price", "amount", "tax", "unit"} else 0.0
                if self.kind == "stair" and name in {"price", "amount"}:
                    shift += 0.35 * c.size
                c.text(x, cells[name], align=align, y=c.y + shift)
        c.y += self.step

    def _item(self, columns: list[tuple[str, float, str]], n: int, item: Item) -> None:
        names = {name for name, _, _ in columns}
        cells = self._cells(n, item, names)
        texts = [item.text, *item.details]
        numbers = {k: v for k, v in cells.items() if k != "text"}
        if self.kind == "text_above" and len(texts) > 1:
            for i, text in enumerate(texts[:-1]):
                self._line(columns, {"text": text, **({"no": cells.get("no", "")} if i == 0 else {})})
            numbers.pop("no", None)
            self._line(columns, {**numbers, "text": texts[-1]})
        elif self.kind in {"centred", "other_baseline"} and len(texts) > 1:
            shift = self.step * (len(texts) - 1) / 2
            self._line(columns, {**numbers, "text": texts[0]}, dy=shift)
            for text in texts[1:]:
                self._line(columns, {"text": text})
        elif self.kind == "other_baseline":
            self._line(columns, {**numbers, "text": item.text}, dy=0.62 * self.step)
            self.canvas.y += 0.62 * self.step
        else:
            self._line(columns, {**numbers, "text": texts[0]})
            for text in texts[1:]:
                self._line(columns, {"text": text})
        self.canvas.y += self.rng.choice([0.0, 0.25, 0.5]) * self.step if self.kind != "text_above" else 0.4 * self.step

    def _cells(self, n: int, item: Item, names: set[str]) -> dict[str, str]:
        units = self.words["units"]
        sign = f" {self.currency}" if self.kind == "currency_cells" else ""
        cells = {
            "no": str(n), "code": item.code, "text": item.text, "qty": self.quantity(item.qty), "unit": units[item.unit],
            "price": self.number(item.price) + sign, "amount": self.number(item.amount) + sign,
            "disc": f"{item.discount}%" if item.discount else "", "per": "100",
            "tax": "AB"[item.tax < 15] if self.kind == "tax_letters" else f"{item.tax} %" if n % 2 or self.kind != "tax_column" else f"{item.tax}",
            "gross": self.number((item.amount * (1 + item.tax / 100)).quantize(CENT)),
        }  # fmt: skip
        if self.kind == "merged_unit":
            cells["qty"] = f"{cells['qty']} {units[item.unit]}" if n % 2 else f"{cells['qty']}{units[item.unit]}"
        if item.kind == "row":
            for name in ("qty", "unit", "price", "code", "no"):
                cells[name] = ""
        if self.kind == "receipt":
            cells["text"] = item.text
        return {k: v for k, v in cells.items() if k in names or (k == "per" and "per" in names)}

    def _truth(self, n: int, item: Item, names: set[str], *, details: bool) -> dict[str, str]:
        text = [item.text, *item.details] if details else [item.text]
        row = {"description": " ".join(text), "amount": f"{item.amount:f}"}
        shown = {
            "no": ("line_number", str(n)),
            "code": ("item_code", item.code),
            "qty": ("quantity", f"{item.qty.normalize():f}"),
            "price": ("unit_price", f"{item.price:f}"),
        }
        if item.kind != "row":
            row |= {to: value for name, (to, value) in shown.items() if name in names}
            if "unit" in names or self.kind == "merged_unit":
                row["unit"] = item.unit
        if "tax" in names and self.kind != "tax_letters":
            row["tax_rate"] = f"{item.tax}"
        if "disc" in names and item.discount:
            row["discount"] = f"{item.discount}"
        return row

    def _sums(self) -> list[dict[str, str]]:
        c, w = self.canvas, self.words
        if c.y > 650:
            c.turn()
        net = sum((i.amount for i in self.items), Decimal(0))
        x, right = (60.0, 330.0) if self.kind == "receipt" else (340.0, 545.0)
        rates = sorted({i.tax for i in self.items})
        taxes = []
        rows = [(w["net"], net)]
        total = net
        for rate in rates:
            base = sum((i.amount for i in self.items if i.tax == rate), Decimal(0))
            tax = (base * rate / 100).quantize(CENT, ROUND_HALF_UP)
            taxes.append({"rate": str(rate), "amount": f"{tax:f}"})
            rows.append((f"{w['vat']} {rate} %", tax))
            total += tax
        rows.append((w["total"], total))
        if self.kind == "receipt":
            rows = [(w["total"], net)]
            taxes = []
        c.y += self.step
        for label, value in rows:
            c.text(x, label)
            c.text(right, self.number(value), align="right")
            c.y += self.step * 1.1
        c.text(50, "Nordwerk Handels GmbH · IBAN DE89 3704 0044 0532 0130 00", y=min(max(c.y + 30, 790), 815))
        return taxes


def drawings(seed: int, count: int, only: str | None = None) -> Iterator[tuple[str, Reading, dict[str, Any]]]:
    """Yield (name, reading, truth): every archetype in every language, `count` times."""
    for archetype in ARCHETYPES:
        if only and archetype != only:
            continue
        for language in LANGUAGES:
            for index in range(count):
                reading, truth = Drawing(seed + index, archetype, language).draw()
                yield f"{archetype}-{language}-{seed + index}", reading, truth
