"""What stands on the papers, by language: labels in several wordings. A layout picks the wording by number."""

_LABELS: dict[str, dict[str, str]] = {
    "en": {
        "invoice": "Invoice|INVOICE|Tax Invoice", "credit_note": "Credit Note|CREDIT NOTE|Credit memo",
        "receipt": "Receipt", "purchase_order": "Purchase Order", "goods_receipt": "Delivery Note",
        "invoice_number": "Invoice number|Invoice No.|Invoice #", "credit_number": "Credit note number|Credit note No.|Credit memo #",
        "order_number": "Order number", "note_number": "Delivery note No.", "receipt_number": "Receipt no.",
        "issue_date": "Invoice date|Date|Date of issue", "plain_date": "Date", "due_date": "Due date|Payment due|Pay by",
        "po_number": "Your order|PO number|Purchase order", "terms": "Payment terms|Terms|Terms",
        "customer": "Customer no.|Account no.|Customer ID", "reference": "For invoice",
        "bill_to": "Bill to|Invoice to|Sold to", "ship_to": "Ship to", "supplier": "Supplier", "page": "Page {0} of {1}",
        "position": "No.|Line|#", "code": "Item code|Item|SKU", "description": "Description|Description of goods|Details",
        "quantity": "Quantity|Qty|Qty", "unit": "Unit|UoM|Unit", "unit_price": "Unit price|Price|Rate", "discount": "Disc. %|Discount|Disc.",
        "rate": "VAT %|VAT|Tax", "amount": "Amount|Line total|Total", "lines": "Subtotal|Goods total|Sum of items",
        "net": "Net amount|Subtotal|Net total", "less": "Discount {0} %|Less discount {0} %|Trade discount {0} %", "freight": "Freight|Carriage|Shipping",
        "tax": "VAT {0} %|VAT @ {0}%|VAT {0}%", "tax_on": "VAT {0} % on {1}", "total": "Total amount|Total|Amount due", "credit_total": "Total credit|Total|Credit amount",
        "base": "Net", "tax_amount": "VAT", "carry_out": "Carried forward", "carry_in": "Brought forward", "vat_id": "VAT ID|VAT Reg. No.|VAT no.",
        "register": "Company No.|Registered no.", "bank": "Bank details", "buyer_vat": "Your VAT ID",
        "thanks": "Thank you for your order.|We appreciate your business.|Please quote the invoice number with your payment.",
        "reverse": "Reverse charge: the customer accounts for the VAT.", "greeting": "Dear Sir or Madam,", "due_in": "{0} days net|Net {0} days|Net {0}",
        "phone": "Phone", "cash": "Card payment", "incl": "incl. VAT {0} %", "signature": "Received by", "goods_only": "Please check the goods on arrival.",
        "order_total": "Order total", "closing": "Yours faithfully",
    },
    "de": {
        "invoice": "Rechnung|RECHNUNG|Rechnung", "credit_note": "Gutschrift|RECHNUNGSKORREKTUR|Gutschrift",
        "receipt": "Quittung", "purchase_order": "Bestellung", "goods_receipt": "Lieferschein",
        "invoice_number": "Rechnungsnummer|Rechnungs-Nr.|Rechnung Nr.", "credit_number": "Gutschriftnummer|Gutschrift-Nr.|Gutschrift Nr.",
        "order_number": "Bestellnummer", "note_number": "Lieferschein-Nr.", "receipt_number": "Bon-Nr.",
        "issue_date": "Rechnungsdatum|Datum|Belegdatum", "plain_date": "Datum", "due_date": "Fällig am|Zahlbar bis|Fälligkeit",
        "po_number": "Ihre Bestellung|Bestellnummer|Bestell-Nr.", "terms": "Zahlungsbedingungen|Zahlungsziel|Zahlung",
        "customer": "Kundennummer|Kunden-Nr.|Kunde", "reference": "Zu Rechnung",
        "bill_to": "Rechnungsempfänger|Rechnung an|Kunde", "ship_to": "Lieferanschrift", "supplier": "Lieferant", "page": "Seite {0} von {1}",
        "position": "Pos.|Pos|Nr.", "code": "Artikel-Nr.|Art.-Nr.|Artikel", "description": "Bezeichnung|Beschreibung|Leistung",
        "quantity": "Menge|Anzahl|Menge", "unit": "Einheit|ME|Einh.", "unit_price": "Einzelpreis|E-Preis|Preis", "discount": "Rabatt %|Rabatt|Rab. %",
        "rate": "USt. %|MwSt.|MwSt. %", "amount": "Gesamtpreis|Betrag|Gesamt", "lines": "Zwischensumme|Warenwert|Summe Positionen",
        "net": "Nettobetrag|Summe netto|Netto", "less": "Rabatt {0} %|abzgl. {0} % Rabatt|Nachlass {0} %", "freight": "Fracht|Versandkosten|Versand",
        "tax": "Umsatzsteuer {0} %|zzgl. {0} % MwSt.|MwSt. {0} %", "tax_on": "MwSt. {0} % auf {1}", "total": "Rechnungsbetrag|Gesamtbetrag|Endbetrag", "credit_total": "Gutschriftbetrag|Gesamtbetrag|Endbetrag",
        "base": "Netto", "tax_amount": "MwSt.", "carry_out": "Übertrag", "carry_in": "Übertrag von Vorseite", "vat_id": "USt-IdNr.|USt-ID|UID",
        "register": "Handelsregister|HRB", "bank": "Bankverbindung", "buyer_vat": "Ihre USt-IdNr.",
        "thanks": "Vielen Dank für Ihren Auftrag.|Wir danken für Ihr Vertrauen.|Bitte geben Sie bei Zahlung die Rechnungsnummer an.",
        "reverse": "Steuerschuldnerschaft des Leistungsempfängers.", "greeting": "Sehr geehrte Damen und Herren,", "due_in": "{0} Tage netto|{0} Tage ohne Abzug|netto {0} Tage",
        "phone": "Telefon", "cash": "Kartenzahlung", "incl": "inkl. MwSt. {0} %", "signature": "Ware erhalten", "goods_only": "Bitte prüfen Sie die Ware bei Ankunft.",
        "order_total": "Bestellsumme", "closing": "Mit freundlichen Grüßen",
    },
    "fr": {
        "invoice": "Facture|FACTURE|Facture", "credit_note": "Avoir|AVOIR|Facture d'avoir",
        "receipt": "Ticket", "purchase_order": "Bon de commande", "goods_receipt": "Bon de livraison",
        "invoice_number": "Numéro de facture|Facture n°|N° de facture", "credit_number": "Numéro d'avoir|Avoir n°|N° d'avoir",
        "order_number": "Commande n°", "note_number": "Bon de livraison n°", "receipt_number": "Ticket n°",
        "issue_date": "Date de facture|Date|Date d'émission", "plain_date": "Date", "due_date": "Date d'échéance|Échéance|À payer avant le",
        "po_number": "Votre commande|Commande n°|Bon de commande", "terms": "Conditions de paiement|Règlement|Conditions",
        "customer": "N° client|Code client|Client", "reference": "Sur facture",
        "bill_to": "Facturé à|Client|Adresse de facturation", "ship_to": "Adresse de livraison", "supplier": "Fournisseur", "page": "Page {0} sur {1}",
        "position": "N°|Ligne|Pos.", "code": "Référence|Réf.|Code", "description": "Désignation|Description|Libellé",
        "quantity": "Quantité|Qté|Qté", "unit": "Unité|U.|Unité", "unit_price": "Prix unitaire HT|P.U. HT|Prix unit.", "discount": "Remise %|Remise|Rem. %",
        "rate": "TVA %|TVA|Taux TVA", "amount": "Montant HT|Total HT|Montant", "lines": "Sous-total|Total lignes HT|Sous-total HT",
        "net": "Total HT|Montant HT|Total hors taxes", "less": "Remise {0} %|Remise {0} %|Escompte {0} %", "freight": "Frais de port|Port|Transport",
        "tax": "TVA {0} %|T.V.A. {0} %|TVA à {0} %", "tax_on": "TVA {0} % sur {1}", "total": "Total TTC|Net à payer|Montant TTC", "credit_total": "Total TTC de l'avoir|Net à votre crédit|Montant TTC",
        "base": "Base HT", "tax_amount": "TVA", "carry_out": "À reporter", "carry_in": "Report", "vat_id": "N° TVA intracom.|TVA intracommunautaire|N° TVA",
        "register": "SIRET|RCS", "bank": "Coordonnées bancaires", "buyer_vat": "Votre n° TVA",
        "thanks": "Nous vous remercions de votre confiance.|Merci pour votre commande.|Merci d'indiquer le numéro de facture lors du règlement.",
        "reverse": "Autoliquidation de la TVA par le preneur.", "greeting": "Madame, Monsieur,", "due_in": "{0} jours nets|à {0} jours|{0} jours net",
        "phone": "Tél.", "cash": "Carte bancaire", "incl": "dont TVA {0} %", "signature": "Reçu par", "goods_only": "Merci de vérifier la marchandise à réception.",
        "order_total": "Total de la commande", "closing": "Cordialement",
    },
    "es": {
        "invoice": "Factura|FACTURA|Factura", "credit_note": "Factura rectificativa|ABONO|Nota de abono",
        "receipt": "Tique", "purchase_order": "Pedido", "goods_receipt": "Albarán",
        "invoice_number": "Número de factura|Factura n.º|N.º de factura", "credit_number": "Número de abono|Abono n.º|N.º de abono",
        "order_number": "Pedido n.º", "note_number": "Albarán n.º", "receipt_number": "Tique n.º",
        "issue_date": "Fecha de factura|Fecha|Fecha de emisión", "plain_date": "Fecha", "due_date": "Fecha de vencimiento|Vencimiento|Vence el",
        "po_number": "Su pedido|N.º de pedido|Pedido", "terms": "Condiciones de pago|Forma de pago|Pago",
        "customer": "N.º de cliente|Cód. cliente|Cliente", "reference": "De la factura",
        "bill_to": "Facturar a|Cliente|Datos del cliente", "ship_to": "Dirección de entrega", "supplier": "Proveedor", "page": "Página {0} de {1}",
        "position": "N.º|Línea|Pos.", "code": "Código|Ref.|Artículo", "description": "Descripción|Concepto|Detalle",
        "quantity": "Cantidad|Cant.|Uds.", "unit": "Unidad|Ud.|U.M.", "unit_price": "Precio unitario|Precio|P. unit.", "discount": "Dto. %|Descuento|Dto.",
        "rate": "IVA %|IVA|% IVA", "amount": "Importe|Total|Importe", "lines": "Suma|Total artículos|Suma de líneas",
        "net": "Base imponible|Subtotal|Total sin IVA", "less": "Descuento {0} %|Dto. {0} %|Descuento {0} %", "freight": "Portes|Gastos de envío|Transporte",
        "tax": "IVA {0} %|I.V.A. {0} %|Cuota IVA {0} %", "tax_on": "IVA {0} % s/ {1}", "total": "Total factura|TOTAL|Importe total", "credit_total": "Total abono|TOTAL|Importe total",
        "base": "Base", "tax_amount": "Cuota", "carry_out": "Suma y sigue", "carry_in": "Suma anterior", "vat_id": "NIF|CIF/NIF|NIF-IVA",
        "register": "Registro", "bank": "Datos bancarios", "buyer_vat": "Su NIF-IVA",
        "thanks": "Gracias por su confianza.|Gracias por su pedido.|Indique el número de factura en su pago.",
        "reverse": "Inversión del sujeto pasivo.", "greeting": "Estimados señores:", "due_in": "{0} días netos|a {0} días|{0} días fecha factura",
        "phone": "Tel.", "cash": "Tarjeta", "incl": "IVA incl. {0} %", "signature": "Recibido por", "goods_only": "Compruebe la mercancía a la recepción.",
        "order_total": "Total pedido", "closing": "Atentamente",
    },
    "it": {
        "invoice": "Fattura|FATTURA|Fattura", "credit_note": "Nota di credito|NOTA DI CREDITO|Nota di accredito",
        "receipt": "Scontrino", "purchase_order": "Ordine d'acquisto", "goods_receipt": "Documento di trasporto",
        "invoice_number": "Numero fattura|Fattura n.|N. fattura", "credit_number": "Numero nota|Nota di credito n.|N. nota",
        "order_number": "Ordine n.", "note_number": "DDT n.", "receipt_number": "Doc. n.",
        "issue_date": "Data fattura|Data|Data documento", "plain_date": "Data", "due_date": "Data di scadenza|Scadenza|Da pagare entro",
        "po_number": "Vs. ordine|Ordine n.|Rif. ordine", "terms": "Condizioni di pagamento|Pagamento|Termini",
        "customer": "Codice cliente|Cod. cliente|Cliente", "reference": "Rif. fattura",
        "bill_to": "Spett.le|Cliente|Destinatario", "ship_to": "Luogo di consegna", "supplier": "Fornitore", "page": "Pagina {0} di {1}",
        "position": "N.|Riga|Pos.", "code": "Codice|Cod. art.|Articolo", "description": "Descrizione|Descrizione|Prestazione",
        "quantity": "Quantità|Q.tà|Q.tà", "unit": "Unità|U.M.|U.M.", "unit_price": "Prezzo unitario|Prezzo|Prezzo un.", "discount": "Sconto %|Sconto|Sc. %",
        "rate": "IVA %|IVA|Aliq. IVA", "amount": "Importo|Totale|Importo", "lines": "Totale merce|Totale righe|Somma",
        "net": "Imponibile|Totale imponibile|Netto", "less": "Sconto {0} %|Sconto {0} %|Sconto {0} %", "freight": "Spese di trasporto|Trasporto|Spedizione",
        "tax": "IVA {0} %|I.V.A. {0} %|Imposta IVA {0} %", "tax_on": "IVA {0} % su {1}", "total": "Totale fattura|Totale documento|Totale da pagare", "credit_total": "Totale nota|Totale documento|Totale a credito",
        "base": "Imponibile", "tax_amount": "Imposta", "carry_out": "A riportare", "carry_in": "Riporto", "vat_id": "Partita IVA|P. IVA|P.IVA",
        "register": "Iscrizione|R.E.A.", "bank": "Coordinate bancarie", "buyer_vat": "Vs. partita IVA",
        "thanks": "Grazie per la fiducia.|Grazie per il Vs. ordine.|Indicare il numero di fattura nel pagamento.",
        "reverse": "Inversione contabile.", "greeting": "Gentili Signori,", "due_in": "{0} giorni netti|{0} giorni data fattura|a {0} giorni",
        "phone": "Tel.", "cash": "Carta", "incl": "di cui IVA {0} %", "signature": "Ricevuto da", "goods_only": "Si prega di controllare la merce all'arrivo.",
        "order_total": "Totale ordine", "closing": "Cordiali saluti",
    },
    "nl": {
        "invoice": "Factuur|FACTUUR|Factuur", "credit_note": "Creditnota|CREDITNOTA|Creditfactuur",
        "receipt": "Kassabon", "purchase_order": "Inkooporder", "goods_receipt": "Pakbon",
        "invoice_number": "Factuurnummer|Factuur nr.|Factuurnr.", "credit_number": "Creditnummer|Creditnota nr.|Creditnr.",
        "order_number": "Ordernummer", "note_number": "Pakbonnummer", "receipt_number": "Bonnr.",
        "issue_date": "Factuurdatum|Datum|Datum", "plain_date": "Datum", "due_date": "Vervaldatum|Te betalen voor|Vervaldatum",
        "po_number": "Uw bestelling|Bestelnummer|Uw ordernr.", "terms": "Betalingsvoorwaarden|Betalingstermijn|Betaling",
        "customer": "Klantnummer|Klantnr.|Debiteur", "reference": "Bij factuur",
        "bill_to": "Factuuradres|Aan|Klant", "ship_to": "Afleveradres", "supplier": "Leverancier", "page": "Pagina {0} van {1}",
        "position": "Nr.|Regel|Pos.", "code": "Artikelnr.|Art.nr.|Artikel", "description": "Omschrijving|Omschrijving|Product",
        "quantity": "Aantal|Aantal|Aantal", "unit": "Eenheid|Eenh.|Eenheid", "unit_price": "Prijs per stuk|Stukprijs|Prijs", "discount": "Korting %|Korting|Krt. %",
        "rate": "Btw %|Btw|Btw", "amount": "Bedrag|Totaal|Bedrag", "lines": "Subtotaal|Goederen|Totaal regels",
        "net": "Totaal excl. btw|Netto|Totaal exclusief btw", "less": "Korting {0} %|Af: korting {0} %|Korting {0} %", "freight": "Vracht|Verzendkosten|Verzending",
        "tax": "Btw {0} %|BTW {0}%|{0}% btw", "tax_on": "Btw {0} % over {1}", "total": "Totaal incl. btw|Te betalen|Totaalbedrag", "credit_total": "Totaal credit incl. btw|Te ontvangen|Totaalbedrag",
        "base": "Grondslag", "tax_amount": "Btw", "carry_out": "Transporteren", "carry_in": "Transport", "vat_id": "Btw-nummer|BTW nr.|Btw-id",
        "register": "Handelsregister|KvK", "bank": "Bankgegevens", "buyer_vat": "Uw btw-nummer",
        "thanks": "Dank voor uw bestelling.|Wij danken u voor het vertrouwen.|Vermeld het factuurnummer bij uw betaling.",
        "reverse": "Btw verlegd.", "greeting": "Geachte heer, mevrouw,", "due_in": "{0} dagen netto|binnen {0} dagen|{0} dagen",
        "phone": "Tel.", "cash": "Pinbetaling", "incl": "incl. btw {0} %", "signature": "Ontvangen door", "goods_only": "Controleer de goederen bij ontvangst.",
        "order_total": "Totaal order", "closing": "Met vriendelijke groet",
    },
}  # fmt: skip

_UNITS: dict[str, dict[str, str]] = {
    "en": {"H87": "pcs", "XPK": "pack", "HUR": "hrs", "MTR": "m", "KGM": "kg", "XBX": "box", "MON": "month"},
    "de": {"H87": "Stk.", "XPK": "Pack", "HUR": "Std.", "MTR": "m", "KGM": "kg", "XBX": "Karton", "MON": "Monat"},
    "fr": {"H87": "pce", "XPK": "paquet", "HUR": "h", "MTR": "m", "KGM": "kg", "XBX": "carton", "MON": "mois"},
    "es": {"H87": "ud", "XPK": "paquete", "HUR": "h", "MTR": "m", "KGM": "kg", "XBX": "caja", "MON": "mes"},
    "it": {"H87": "pz", "XPK": "conf.", "HUR": "ore", "MTR": "m", "KGM": "kg", "XBX": "scatola", "MON": "mese"},
    "nl": {"H87": "st", "XPK": "pak", "HUR": "uur", "MTR": "m", "KGM": "kg", "XBX": "doos", "MON": "maand"},
}

_COUNTRIES: dict[str, dict[str, str]] = {
    "en": {"DE": "Germany"}, "de": {"DE": "Deutschland"}, "fr": {"DE": "Allemagne"},
    "es": {"DE": "Alemania"}, "it": {"DE": "Germania"}, "nl": {"DE": "Duitsland"},
}  # fmt: skip

LANGUAGES = tuple(_LABELS)


def say(language: str, key: str, *values: object, wording: int = 0) -> str:
    """Return a label in one of its wordings; wordings wrap around. Raises KeyError for a label nobody wrote."""
    wordings = _LABELS[language][key].split("|")
    return wordings[wording % len(wordings)].format(*values)


def unit(language: str, code: str) -> str:
    """Return how a UN/ECE Rec 20 unit is written in a language."""
    return _UNITS[language][code]


def country(language: str, code: str) -> str:
    """Return the name of the country of the buying company in a language."""
    return _COUNTRIES[language][code]
