"""Compose invoices, orders and delivery notes at random from what trades print, one layout a document, with truth.

Unlike tables.py, where each archetype shows one difficulty, here several meet: sizes and weights in descriptions, notes
with numbers under an item, list price and net price, price bases, two discounts, amounts net and gross, headings over
two lines or in two languages, tables without rules that go on over pages. Even seeds are for development; odd seeds
have other wordings and goods and are for the final count alone.
"""

import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tables import Canvas

from engine.model.page import Reading

CENT = Decimal("0.01")
LEFT, RIGHT, FOOT = 45.0, 550.0, 740.0
MARKS = {"en": (".", ","), "de": (",", "."), "fr": (",", " "), "es": (",", "."), "it": (",", "."), "nl": (",", "."), "pl": (",", " "), "pt": (",", ".")}  # fmt: skip
# language: title, number, date, net, tax, total, carried forward, sub-sum; "a|b": development | final count
WORDS: dict[str, str] = {
    "en": "Invoice;Invoice number|Invoice #;Invoice date|Date;Net total|Total excl. VAT;VAT;Invoice total|Total due;Carried forward|Carry over;Subtotal",
    "de": "Rechnung;Rechnungsnummer|Beleg-Nr.;Rechnungsdatum|Datum;Summe netto|Nettosumme;MwSt.|USt.;Rechnungsbetrag|Endbetrag;Übertrag;Zwischensumme",
    "fr": "Facture;Facture n°|N° de facture;Date|Date de facture;Total HT|Montant total HT;TVA;Total TTC|Net à payer;À reporter|Report;Sous-total",
    "es": "Factura;Nº factura|Número de factura;Fecha|Fecha factura;Base imponible;IVA;Total factura|Total a pagar;Suma y sigue;Subtotal",
    "it": "Fattura;Fattura n.|Numero fattura;Data|Data fattura;Totale imponibile|Imponibile;IVA;Totale fattura|Totale documento;A riportare|Riporto;Subtotale",
    "nl": "Factuur;Factuurnummer|Factuurnr.;Factuurdatum|Datum;Totaal excl. BTW|Subtotaal;BTW;Totaal incl. BTW|Te betalen;Transport;Subtotaal",
    "pl": "Faktura;Faktura nr|Numer faktury;Data wystawienia;Razem netto|Suma netto;VAT;Do zapłaty|Razem brutto;Do przeniesienia|Z przeniesienia;Razem",
    "pt": "Fatura;Fatura n.º|Número da fatura;Data|Data de emissão;Total ilíquido|Total sem IVA;IVA;Total a pagar|Total;A transportar|Transporte;Subtotal",
}  # fmt: skip
NAMES = ("no", "code", "text", "qty", "unit", "list", "disc", "off", "price", "per", "tax", "amount", "gross", "date")
HEADS: dict[str, str] = {
    "en": "Item|Line;Article no.|Product code;Description|Item description;Quantity|Qty;Unit|UOM;List price|Gross price;Disc. %|Discount %;Discount;Unit price|Net price;per;VAT %|Tax rate;Amount|Total;Gross amount|Total incl. VAT;Date",
    "de": "Pos.|Nr.;Artikel-Nr.|Art.Nr.;Bezeichnung|Artikel;Menge|Anzahl;Einheit|ME;Listenpreis|Bruttopreis;Rabatt %|Rab.%;Rabatt;Einzelpreis|E-Preis;PE;MwSt. %|USt-Satz;Gesamtpreis|Betrag;Brutto|Gesamt brutto;Datum|Leistungsdatum",
    "fr": "N°|Pos.;Référence|Réf. article;Désignation|Description;Quantité|Qté;Unité;Prix brut|Tarif;Rem. %|Remise %;Remise;Prix unitaire HT|P.U. net;par;TVA %|Taux;Montant HT|Total HT;Montant TTC|Total TTC;Date",
    "es": "Línea|Pos.;Referencia|Código;Descripción|Concepto;Cantidad|Cant.;Unidad|Ud.;Precio tarifa|PVP;Dto. %|% Dto.;Descuento;Precio unitario|Precio neto;por;IVA %|% IVA;Importe|Total;Total con IVA|Importe total;Fecha",
    "it": "Riga|N.;Codice|Cod. art.;Descrizione|Descrizione articolo;Quantità|Q.tà;U.M.|UM;Prezzo listino|Listino;Sconto %|Sc.%;Sconto;Prezzo unitario|Prezzo netto;per;IVA %|Aliq.;Importo|Importo netto;Importo lordo|Totale ivato;Data",
    "nl": "Regel|Nr;Artikelnr.|Artikel;Omschrijving|Product;Aantal|Hoeveelheid;Eenheid|Ehd.;Brutoprijs|Adviesprijs;Korting %|Krt. %;Korting;Prijs|Nettoprijs;per;BTW %|BTW-tarief;Bedrag|Totaal;Bedrag incl. BTW|Totaal incl.;Datum",
    "pl": "Lp.|Poz.;Indeks|Kod towaru;Nazwa|Nazwa towaru lub usługi;Ilość;J.m.|Jm;Cena katalogowa|Cena przed rabatem;Rabat %|Upust %;Rabat;Cena netto|Cena jedn.;za;VAT %|Stawka VAT;Wartość netto|Kwota netto;Wartość brutto|Kwota brutto;Data",
    "pt": "Linha|Item;Referência|Código;Descrição|Designação;Quantidade|Qtd.;Unid.|Un.;Preço tabela|PVP;Desc. %|% Desc.;Desconto;Preço unitário|Preço líq.;por;IVA %|Taxa IVA;Valor|Total líquido;Total com IVA|Valor bruto;Data",
}  # fmt: skip
SECOND = "Item;Article;Description;Qty;Unit;List price;Disc. %;Discount;Unit price;per;VAT;Amount;Gross;Date"
"""The same headings in English, for tables in two languages."""
UNITS: dict[str, str] = {
    "en": "H87=pcs|ea XCT=carton|ctn XBX=box|boxes HUR=hrs|hours KGM=kg MTR=m XRO=roll|rolls PR=pair|pairs",
    "de": "H87=Stk|St. XCT=Karton|Kartons XBX=Kiste|Kisten HUR=Std.|Stunden KGM=kg MTR=m|lfm XRO=Rolle|Rollen PR=Paar",
    "fr": "H87=pce|U XCT=carton|cartons XBX=boîte|caisse HUR=h|heures KGM=kg MTR=m|ml XRO=rouleau|rouleaux PR=paire|paires",
    "es": "H87=ud|uds. XCT=cartón XBX=caja|cajas HUR=h|horas KGM=kg MTR=m XRO=rollo|rollos PR=par|pares",
    "it": "H87=pz|N. XCT=cartone|cartoni XBX=scatola|cassa HUR=ore|h KGM=kg MTR=m|mt XRO=rotolo|rotoli PR=paio|paia",
    "nl": "H87=st|stuks XCT=karton|krt XBX=doos|kist HUR=uur|uren KGM=kg MTR=m|meter XRO=rol|rollen PR=paar",
    "pl": "H87=szt.|szt XCT=karton|kart. XBX=skrzynka|pudełko HUR=godz.|h KGM=kg MTR=m|mb XRO=rolka|rolki PR=para|pary",
    "pt": "H87=un|unid. XCT=cartão XBX=caixa|cx HUR=h|horas KGM=kg MTR=m|mt XRO=rolo|rolos PR=par|pares",
}  # fmt: skip
GOODS = {
    "en": ("Gelling sugar extra 250g|Washing powder 65 WL 4,5kg", "Mineral water 12 x 1.0l PET|Orange juice 6 x 0.75l glass", "Artificial turf green 3m wide|Rubber mat 10mm, 2 x 1m", "Hex bolt M8x40 DIN 933 galvanised|Ball bearing 6204-2RS C3", "On-site service incl. travel for the second quarter of the year|Monthly hosting fee for two virtual servers with backup"),
    "de": ("Gelierzucker Extra 250g|Waschpulver 65 WL 4,5kg", "Mineralwasser Medium 12 x 1,0l PET|Orangensaft 6 x 0,75l Glas", "Kunstrasen grün 3m breit|Gummimatte 10mm, 2 x 1m", "Sechskantschraube M8x40 DIN 933 verzinkt|Rillenkugellager 6204-2RS C3", "Wartung der Anlage vor Ort inkl. Anfahrt im zweiten Quartal|Monatliche Gebühr für zwei virtuelle Server mit Sicherung"),
    "fr": ("Sucre gélifiant extra 250g|Lessive poudre 65 doses 4,5kg", "Eau minérale 12 x 1,0l PET|Jus d'orange 6 x 0,75l verre", "Gazon synthétique vert 3m large|Tapis caoutchouc 10mm, 2 x 1m", "Vis à tête hexagonale M8x40 DIN 933|Roulement à billes 6204-2RS C3", "Maintenance sur site avec déplacement pour le deuxième trimestre|Abonnement mensuel pour deux serveurs virtuels avec sauvegarde"),
    "es": ("Azúcar gelificante 250g|Detergente 65 dosis 4,5kg", "Agua mineral 12 x 1,0l PET|Zumo de naranja 6 x 0,75l vidrio", "Césped artificial verde 3m ancho|Alfombra de goma 10mm, 2 x 1m", "Tornillo hexagonal M8x40 DIN 933|Rodamiento 6204-2RS C3", "Mantenimiento en planta con desplazamiento del segundo trimestre|Cuota mensual de dos servidores virtuales con copia"),
    "it": ("Zucchero gelificante 250g|Detersivo 65 lavaggi 4,5kg", "Acqua minerale 12 x 1,0l PET|Succo d'arancia 6 x 0,75l vetro", "Prato sintetico verde 3m largo|Tappeto in gomma 10mm, 2 x 1m", "Vite esagonale M8x40 DIN 933 zincata|Cuscinetto 6204-2RS C3", "Manutenzione in sede compresa trasferta del secondo trimestre|Canone mensile per due server virtuali con backup"),
    "nl": ("Geleisuiker extra 250g|Waspoeder 65 beurten 4,5kg", "Mineraalwater 12 x 1,0l PET|Sinaasappelsap 6 x 0,75l glas", "Kunstgras groen 3m breed|Rubbermat 10mm, 2 x 1m", "Zeskantbout M8x40 DIN 933 verzinkt|Kogellager 6204-2RS C3", "Onderhoud op locatie inclusief voorrijkosten in het tweede kwartaal|Maandbedrag voor twee virtuele servers met back-up"),
    "pl": ("Cukier żelujący 250g|Proszek do prania 65 prań 4,5kg", "Woda mineralna 12 x 1,0l PET|Sok pomarańczowy 6 x 0,75l szkło", "Trawa syntetyczna zielona 3m szer.|Mata gumowa 10mm, 2 x 1m", "Śruba sześciokątna M8x40 DIN 933|Łożysko kulkowe 6204-2RS C3", "Przegląd instalacji na miejscu z dojazdem w drugim kwartale|Abonament miesięczny za dwa serwery wirtualne z kopią"),
    "pt": ("Açúcar gelificante 250g|Detergente 65 doses 4,5kg", "Água mineral 12 x 1,0l PET|Sumo de laranja 6 x 0,75l vidro", "Relva sintética verde 3m largura|Tapete de borracha 10mm, 2 x 1m", "Parafuso sextavado M8x40 DIN 933|Rolamento 6204-2RS C3", "Manutenção no local com deslocação do segundo trimestre|Mensalidade de dois servidores virtuais com cópia"),
}  # fmt: skip
NOTES = {
    "en": "GTIN: 4012345001235|Customs tariff no. 84818081;Weight: 12.50 kg|Net weight 3.200 kg;Delivery note 80231 of 12/05/2024|Your order 4500012345 item 10;Gross price: 1.5000|Batch: L2024-118",
    "de": "GTIN: 4012345001235|Zolltarifnr. 84818081;Gewicht: 12,50 kg|Nettogewicht 3,200 kg;Lieferschein 80231 vom 12.05.2024|Ihre Bestellung 4500012345 Pos. 10;Bruttopreis: 1,5000 €|Charge: L2024-118",
    "fr": "GTIN : 4012345001235|Code douanier 84818081;Poids : 12,50 kg|Poids net 3,200 kg;BL 80231 du 12/05/2024|Votre commande 4500012345 poste 10;Prix brut : 1,5000 €|Lot : L2024-118",
    "es": "GTIN: 4012345001235|Código arancelario 84818081;Peso: 12,50 kg|Peso neto 3,200 kg;Albarán 80231 de 12/05/2024|Su pedido 4500012345 pos. 10;Precio bruto: 1,5000 €|Lote: L2024-118",
    "it": "GTIN: 4012345001235|Cod. doganale 84818081;Peso: 12,50 kg|Peso netto 3,200 kg;DDT 80231 del 12/05/2024|Vs. ordine 4500012345 pos. 10;Prezzo lordo: 1,5000 €|Lotto: L2024-118",
    "nl": "GTIN: 4012345001235|Goederencode 84818081;Gewicht: 12,50 kg|Nettogewicht 3,200 kg;Pakbon 80231 van 12-05-2024|Uw order 4500012345 regel 10;Brutoprijs: 1,5000 €|Batch: L2024-118",
    "pl": "GTIN: 4012345001235|Kod CN 84818081;Waga: 12,50 kg|Masa netto 3,200 kg;WZ 80231 z 12.05.2024|Zamówienie 4500012345 poz. 10;Cena brutto: 1,5000 zł|Partia: L2024-118",
    "pt": "GTIN: 4012345001235|Código pautal 84818081;Peso: 12,50 kg|Peso líquido 3,200 kg;Guia 80231 de 12/05/2024|V/ encomenda 4500012345 pos. 10;Preço bruto: 1,5000 €|Lote: L2024-118",
}  # fmt: skip
LAYOUTS = (
    "no code text qty unit price amount", "code text qty price amount", "qty unit code text price amount",
    "no text qty+ price amount", "code text tax qty price disc amount", "no code text qty unit list disc price amount",
    "text qty price off amount", "no text qty+ price per amount", "code text qty unit price disc amount tax",
    "no text qty unit price amount gross", "no text tax qty price amount gross", "date text qty price amount",
    "no code text qty+ price/ amount", "qty text price amount", "text tax qty price amount", "code text unit qty list price amount",
    "no code text qty unit",
)  # fmt: skip
WIDE = {"no": 26, "code": 62, "qty": 46, "qty+": 66, "unit": 46, "list": 56, "disc": 44, "off": 50, "price": 58, "price/": 88, "per": 28, "tax": 40, "amount": 62, "gross": 62, "date": 58}  # fmt: skip
NUMERIC = frozenset({"qty", "qty+", "list", "disc", "off", "price", "price/", "per", "tax", "amount", "gross"})


@dataclass
class Item:
    """One line item with its truth."""

    code: str
    text: str
    qty: Decimal
    unit: str
    word: str
    listed: Decimal
    rate: Decimal
    disc: Decimal
    off: Decimal
    per: int
    is_net: bool
    notes: list[str] = field(default_factory=list)

    @property
    def price(self) -> Decimal:
        price = self.listed * (1 - self.disc / 100) if self.is_net else self.listed
        return price.quantize(CENT, ROUND_HALF_UP)

    @property
    def amount(self) -> Decimal:
        share = Decimal(1) if self.is_net else 1 - self.disc / 100
        return (self.qty * self.price / self.per * share - self.off).quantize(CENT, ROUND_HALF_UP)

    @property
    def gross(self) -> Decimal:
        return (self.amount * (1 + self.rate / 100)).quantize(CENT, ROUND_HALF_UP)


class Paper:
    """One document of one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"unseen/{seed}")
        self.half, rng = seed % 2, self.rng
        self.language = list(WORDS)[(seed // 2) % len(WORDS)]
        self.names = LAYOUTS[(seed // 2) % len(LAYOUTS)].split()
        self.words = [self._own(w) for w in WORDS[self.language].split(";")]
        self.heads = dict(zip(NAMES, [self._own(w) for w in HEADS[self.language].split(";")], strict=True))
        self.second = dict(zip(NAMES, SECOND.split(";"), strict=True)) if rng.random() < 0.15 else None
        self.is_priced = "price" in self.names or "price/" in self.names
        self.decimal, mark = MARKS[self.language]
        self.mark = rng.choice([mark, mark, ""])
        self.sign = rng.choice(["", "", "{} €", "€ {}", "{} EUR"])
        self.places = rng.choice([0, 0, 2, 3])
        self.vertical = rng.choice(["first", "first", "first", "last", "centre"])
        self.head_align = rng.choice(["same", "same", "left"])
        self.has_rules, self.repeats = rng.random() < 0.3, rng.random() < 0.7
        self.canvas = Canvas(rng, size=rng.choice([7.5, 8.5, 9.5]), is_ocr=False)
        self.step = self.canvas.size * rng.uniform(1.2, 1.5)
        self.places_of = self._columns()
        self.items = [self._item(n) for n in range(rng.choice([1, 2, 3, 4, 5, 7, 12, 24]))]

    def _own(self, text: str) -> str:
        return text.split("|")[self.half] if "|" in text else text

    def _item(self, n: int) -> Item:
        rng = self.rng
        code, word = rng.choice(UNITS[self.language].split()).split("=")
        is_whole = code in {"H87", "XCT", "XBX", "XRO", "PR"}
        per = rng.choice([1, 10, 100]) if {"per", "price/"} & set(self.names) else 1
        qty = Decimal(rng.randint(1, 40)) if is_whole else Decimal(rng.randint(2, 90)) / 4
        qty *= per
        text = self._own(GOODS[self.language][(n + rng.randint(0, 1)) % 5])
        if not {"no", "code", "date"} & set(self.names) and rng.random() < 0.5:
            text = f"{rng.randint(100, 999)}-{rng.choice('AKX')} {text}"
        disc = Decimal(rng.choice([0, 5, 10, 15, 33])) if "disc" in self.names else Decimal(0)
        price = Decimal(rng.randint(120, 45000)) / 100
        off = (qty * price / 20).quantize(CENT) if "off" in self.names and rng.random() < 0.6 else Decimal(0)
        notes = [self._own(x) for x in rng.sample(NOTES[self.language].split(";"), rng.choice([0, 0, 0, 1, 2]))]
        number = f"{rng.choice(['', 'A', 'KX-'])}{rng.randint(1000, 999999)}{rng.choice(['', '-B', '/2'])}"
        rate = Decimal(rng.choice([19, 19, 7]))
        return Item(number, text, qty, code, self._own(word), price, rate, disc, off, per, "list" in self.names, notes)

    def _columns(self) -> list[tuple[str, float, float, str]]:
        rest = RIGHT - LEFT - sum(WIDE[n] for n in self.names if n != "text")
        x, out = LEFT, []
        for name in self.names:
            width = rest if name == "text" else WIDE[name]
            align = "right" if name in NUMERIC else "left"
            out.append((name, x, x + width - 5, align))
            x += width
        return out

    def number(self, value: Decimal, places: int = 2) -> str:
        whole, _, part = f"{value:,.{places}f}".partition(".")
        return whole.replace(",", self.mark) + (self.decimal + part if part else "")

    def quantity(self, value: Decimal) -> str:
        least = max(0, -int(value.normalize().as_tuple().exponent))  # type: ignore[arg-type]
        return self.number(value, max(least, self.places))

    def money(self, value: Decimal) -> str:
        return (self.sign or "{}").format(self.number(value))

    def cells(self, n: int, item: Item) -> dict[str, str]:
        price = self.money(item.price)
        cells = {
            "no": str(n), "code": item.code, "qty": self.quantity(item.qty), "unit": item.word, "tax": f"{item.rate}%" if self.half else f"{item.rate},0"[:4],
            "qty+": f"{self.quantity(item.qty)} {item.word}", "list": self.money(item.listed), "price": price, "per": str(item.per),
            "price/": f"{price} / {item.per} {item.word}" if item.per > 1 else f"{price} / {item.word}", "disc": f"{item.disc}" + " %" * self.half if item.disc else "",
            "off": self.money(item.off) if item.off else "", "amount": self.money(item.amount), "gross": self.money(item.gross), "date": "12.05.2024",
        }  # fmt: skip
        return {name: cells[name] for name in self.names if name != "text"}

    def truth(self, n: int, item: Item, lines: list[str]) -> dict[str, str]:
        shown = {
            "no": ("line_number", str(n)), "code": ("item_code", item.code), "qty": ("quantity", f"{item.qty.normalize():f}"),
            "price": ("unit_price", f"{item.price:f}"), "unit": ("unit", item.unit), "amount": ("amount", f"{item.amount:f}"),
            "disc": ("discount", f"{item.disc}"), "off": ("discount", f"{item.off:f}"), "tax": ("tax_rate", f"{item.rate}"),
        }  # fmt: skip
        bare = {name.rstrip("+/") for name in self.names} | ({"unit"} if "qty+" in self.names else set())
        skip = {"disc"} * (not item.disc) | {"off"} * (not item.off) if False else set()
        skip |= {"disc"} if not item.disc else set()
        skip |= {"off"} if not item.off else set()
        return {"description": " ".join(lines)} | {to: v for k, (to, v) in shown.items() if k in bare - skip}

    def draw(self) -> tuple[Reading, dict[str, Any]]:
        c, (title, number, date, *_) = self.canvas, self.words
        c.text(50, "Meridian Werke B.V." if self.half else "Talbrück & Söhne GmbH", size=13)
        c.y += 45
        c.text(50, "Harbour Stores Ltd")
        for label, value in ((number, f"{self.rng.randint(10000, 99999)}"), (date, "17.05.2024")):
            c.y += 14
            c.text(340, label)
            c.text(460, value)
        c.y += 30
        notes = {"de": "Lieferschein", "en": "Delivery note", "fr": "Bon de livraison", "es": "Albarán", "it": "Documento di trasporto", "nl": "Pakbon", "pl": "Dokument dostawy", "pt": "Guia de remessa"}  # fmt: skip
        c.text(50, title if self.is_priced else notes[self.language], size=14)
        c.y += 34
        self._heading()
        truth, running = [], Decimal(0)
        for n, item in enumerate(self.items, 1):
            lines = self._lines(item)
            if c.y + (len(lines) + 1) * self.step > FOOT:
                self._turn(running)
            self._print(n, item, lines)
            running += item.amount
            truth.append(self.truth(n, item, lines))
        taxes = self._sums() if self.is_priced else []
        kind = "final" if self.half else "development"
        return c.reading(), {"language": self.language, "archetype": kind, "lines": truth, "taxes": taxes}

    def _lines(self, item: Item) -> list[str]:
        width = next(x1 - x0 for name, x0, x1, _ in self.places_of if name == "text")
        fits = max(10, int(width / (0.53 * self.canvas.size)))
        return [part for text in (item.text, *item.notes) for part in textwrap.wrap(text, fits)]

    def _heading(self) -> None:
        c, high = self.canvas, self.canvas.size * 1.15
        deep = 0
        for name, x0, x1, align in self.places_of:
            text = self.heads[name.rstrip("+/")]
            parts = textwrap.wrap(text, max(4, int((x1 - x0 + 4) / (0.56 * c.size))), break_long_words=False)
            if self.second:
                parts.append(self.second[name.rstrip("+/")])
            side = align if self.head_align == "same" else "left"
            for i, part in enumerate(parts):
                c.text(x1 if side == "right" else x0, part, align=side, y=c.y + i * high)
            deep = max(deep, len(parts))
        c.y += deep * high + 3
        if self.has_rules:
            c.rule(c.y - 1)
        c.y += self.step * 0.4

    def _print(self, n: int, item: Item, lines: list[str]) -> None:
        c, top = self.canvas, self.canvas.y
        at = {"first": 0.0, "last": len(lines) - 1.0, "centre": (len(lines) - 1) / 2}[self.vertical]
        cells = self.cells(n, item)
        for name, x0, x1, align in self.places_of:
            if name == "text":
                for i, line in enumerate(lines):
                    c.text(x0, line, y=top + i * self.step)
            elif cells[name]:
                lead = 0.0 if name in {"no", "code"} and self.vertical == "last" else at
                c.text(x1 if align == "right" else x0, cells[name], align=align, y=top + lead * self.step)
        c.y = top + (len(lines) + self.rng.choice([0.2, 0.5])) * self.step
        if self.has_rules:
            c.rule(c.y - 0.2 * self.step)

    def _turn(self, running: Decimal) -> None:
        c, right = self.canvas, next((x1 for name, _, x1, _ in self.places_of if name == "amount"), None)
        carries = right is not None and self.rng.random() < 0.5
        if carries and right:
            c.text(120, self.words[6])
            c.text(right, self.money(running), align="right")
        c.text(50, "Talbrück & Söhne GmbH · IBAN DE89 3704 0044 0532 0130 00", y=805)
        c.text(500, f"{len(c.pages)} / 2", y=805)
        c.turn()
        c.text(50, "Talbrück & Söhne GmbH", size=13)
        c.y += 50
        if self.repeats:
            self._heading()
        if carries and right:
            c.text(120, self.words[6])
            c.text(right, self.money(running), align="right")
            c.y += self.step * 1.5

    def _sums(self) -> list[dict[str, str]]:
        c = self.canvas
        if c.y > FOOT - 90:
            c.turn()
        net = sum((i.amount for i in self.items), Decimal(0))
        rows, taxes, total = [(self.words[3], net)], [], net
        for rate in sorted({i.rate for i in self.items}):
            base = sum((i.amount for i in self.items if i.rate == rate), Decimal(0))
            tax = (base * rate / 100).quantize(CENT, ROUND_HALF_UP)
            taxes.append({"rate": str(rate), "amount": f"{tax:f}"})
            rows.append((f"{self.words[4]} {rate} %", tax))
            total += tax
        c.y += self.step * 1.2
        for label, value in [*rows, (self.words[5], total)]:
            c.text(360, label)
            c.text(RIGHT - 5, self.money(value), align="right")
            c.y += self.step * 1.15
        c.text(50, "Talbrück & Söhne GmbH · IBAN DE89 3704 0044 0532 0130 00", y=805)
        return taxes


def papers(first: int, count: int) -> Iterator[tuple[str, Reading, dict[str, Any]]]:
    """Yield (name, reading, truth) of `count` seeds, every second one from `first` on: one half."""
    for seed in range(first, first + 2 * count, 2):
        reading, truth = Paper(seed).draw()
        yield f"paper-{seed}-{truth['language']}", reading, truth
