"""Tell the language of a page by its commonest words, so that later pages are read with fewer languages."""

from collections.abc import Iterable

_COMMON = {
    "eng": "the and of to for from date number total amount invoice your with due payment order this page",
    "deu": "der die das und für mit von ihre rechnung datum betrag nummer wir bitte zzgl uns den nicht ist",
    "fra": "le la les des et du pour une facture montant votre nous date numéro total avec est sur par",
    "spa": "el los las del para con una factura fecha importe número por su cliente pago total que",
    "ita": "il di del della per con fattura importo numero data totale che cliente pagamento sono da",
    "nld": "de het een van en voor met factuur bedrag datum nummer wij uw niet zijn op totaal te",
    "pol": "i w z na do faktura data numer kwota razem nip sprzedawca nabywca za oraz się",
    "por": "o os da do das para com uma fatura data valor número total que não pagamento por",
    "lav": "un par no rēķins datums summa kopā pvn maksātājs saņēmējs kas ar numurs",
}
_MIN_HITS = 8
_LEAD = 1.5


def narrowed(words: Iterable[str], *, languages: str) -> str:
    """Return the languages (`eng+deu`) to read the next pages with: English and the one of `words` when it is plain."""
    there = languages.split("+")
    counted = [word.lower().strip(".,:;()") for word in words]
    hits = {
        language: sum(word in common for word in counted)
        for language, common in ((code, frozenset(text.split())) for code, text in _COMMON.items())
        if language in there
    }
    best = sorted(hits, key=lambda language: hits[language], reverse=True)
    if len(best) < 2 or hits[best[0]] < _MIN_HITS or hits[best[0]] < _LEAD * hits[best[1]]:  # noqa: PLR2004 - a choice
        return languages
    return "+".join(dict.fromkeys((best[0], "eng"))) if "eng" in there else best[0]
