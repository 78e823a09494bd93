"""Tell the language of a page by its commonest words, so that it is read with few languages: each costs time."""

import re
import unicodedata
from collections.abc import Iterable

_COMMON = {
    "eng": "the and for from date due number total subtotal amount invoice order your our with payment tax page "
    "description quantity qty unit price bank account terms delivery bill ship customer receipt cash change thank you days",
    "deu": "der die das und fur mit von ihre ihr rechnung rechnungsnummer rechnungsdatum datum betrag nummer wir bitte zzgl "
    "uns den nicht ist bei zahlbar tage netto summe gesamtbetrag mwst menge einzelpreis bezeichnung kunde kundennummer "
    "lieferschein bestellung steuer gmbh strasse ruckgeld seite artikel",
    "fra": "les des pour une facture montant votre nous numero avec est sur par tva ttc siret designation quantite prix "
    "unitaire echeance paiement livraison bon commande rue payer avoir jours reglement",
    "spa": "los las del para con una factura fecha importe numero por cliente pago nif cif base imponible cantidad precio "
    "descripcion vencimiento pedido albaran calle forma dias",
    "ita": "del di della dello per con fattura importo numero data totale che cliente pagamento sono partita iva imponibile "
    "quantita prezzo descrizione scadenza ordine ddt via giorni codice documento",
    "nld": "het een van voor met factuur factuurnummer factuurdatum bedrag nummer wij niet zijn totaal btw kvk aantal prijs "
    "omschrijving betaling klant bestelling subtotaal dagen straat",
    "pol": "faktura numer kwota razem nip sprzedawca nabywca oraz sie ilosc cena brutto wartosc zaplaty termin platnosci "
    "sztuk szt sprzedazy sprzedaz",
    "por": "dos das para com uma fatura factura valor numero nao pagamento por nif contribuinte quantidade preco descricao "
    "vencimento encomenda rua cliente",
    "lav": "rekins rekina datums summa kopa pvn maksatajs sanemejs kas numurs cena daudzums piegade apmaksai piegadatajs",
}
"""Plain letters only: a page that is read with the wrong language loses its accents first."""
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_FEW = 2
_NEAR = 0.5
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae"})


def narrowed(words: Iterable[str], *, languages: str) -> str:
    """Return the languages (`deu+eng`) to read with: the likeliest one, a second when it is near, and English.

    All of `languages` when too few of the words are known.
    """
    there = languages.split("+")
    plain = [part for word in words for part in re.split(r"[^a-z]+", _plain(word)) if part]
    hits = {language: sum(word in _WORDS.get(language, ()) for word in plain) for language in there}
    best = sorted(hits, key=lambda language: hits[language], reverse=True)
    near = [language for language in best[:2] if hits[language] >= max(_FEW, _NEAR * hits[best[0]])]
    if not near:
        return languages
    return "+".join(dict.fromkeys((*near, *(language for language in there if language == "eng"))))


def _plain(word: str) -> str:
    """Return a word in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
