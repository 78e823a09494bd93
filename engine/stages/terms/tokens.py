"""Payment terms as a row of tokens: numbers, percent signs, breaks, and phrases by what they mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from engine.content.term_words import FromMonthEnd, TermPhrases, TermWords
from engine.stages.extract.lexicon import fold

Kind = Literal[
    "number", "ordinal", "percent", "break", "stop", "other", "days", "weeks", "months", "net", "discount", "now",
    "month_end", "next_month", "next_month_end", "after", "on_day", "invoice_date", "pay_day", "partial", "late", "otherwise",
]  # fmt: skip
_KINDS: tuple[Kind, ...] = (
    "days", "weeks", "months", "net", "discount", "now", "month_end", "next_month", "next_month_end", "after", "on_day",
    "invoice_date", "pay_day", "partial", "late", "otherwise",
)  # fmt: skip
"""Kinds of phrases; a phrase that a language lists twice has the first of its kinds."""
_LONGEST_PHRASE = 7
_PIECE = re.compile(r"\d+(?:[.,]\d+)?|%|[^\W\d_]+(?:['\u2019](?=[^\W\d_]))?|[.,;:/\n()+&|-]")
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_](?!\w))?")
_SLASHED = re.compile(
    r"(?<![\d/])(\d{1,2}(?:[.,]\d{1,2})?)\s?%?\s?/\s?(\d{1,3})(?=\s*[,;:/-]?\s*(?:n|net|nett|netto)\b|\s*(?:eom|prox))(?![\d/])",
    re.IGNORECASE,
)
"""`2/10 net 30`: a percentage and the days it is granted for."""
_NET_SLASH = re.compile(r"(?<!\w)n(?:et)?\s?/\s?(?=\d)", re.IGNORECASE)
_ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th", "er", "eme", "o", "de", "ste"})
_PERCENT_WORDS = frozenset({"percent", "prozent", "pct", "procent", "procento", "percento", "porciento", "proc"})
_STOPS, _BREAKS = frozenset(".;\n"), frozenset(",:/()+&|-")


class Token(NamedTuple):
    """A piece of terms: its kind, and its value where it is a number."""

    kind: Kind
    value: Decimal = Decimal(0)


class Phrases(NamedTuple):
    """The phrases of one language by their folded text."""

    language: str
    kinds: Mapping[str, Kind]
    counts_from_month_end: FromMonthEnd


def tokens(text: str, phrases: Phrases) -> tuple[Token, ...]:
    """Return the tokens of printed terms as one language has them."""
    return tuple(_tokens(_pieces(text), phrases))


_MOST_SETS = 8
_KNOWN: dict[int, tuple[TermWords, tuple[Phrases, ...]]] = {}


def phrases_of(words: TermWords) -> tuple[Phrases, ...]:
    """Return the phrases of all languages; the same wording is compiled once."""
    known = _KNOWN.get(id(words))
    if known is None:
        if len(_KNOWN) >= _MOST_SETS:
            _KNOWN.clear()
        compiled = tuple(_phrases(language, one) for language, one in words.languages.items())
        # the wording is kept beside its index so that its id stays taken
        known = _KNOWN[id(words)] = (words, compiled)
    return known[1]


def _phrases(language: str, words: TermPhrases) -> Phrases:
    kinds: dict[str, Kind] = {}
    for kind in _KINDS:
        for phrase in getattr(words, kind):
            kinds.setdefault(fold(phrase), kind)
    return Phrases(language, kinds, words.counts_from_month_end)


@lru_cache(maxsize=2048)
def _pieces(text: str) -> tuple[str, ...]:
    joined = _INITIALS.sub(lambda match: match[0].replace(".", "").replace(" ", "") + " ", text)
    slashed = _NET_SLASH.sub("net ", _SLASHED.sub(r"\1% \2 ,", joined))
    return tuple(_PIECE.findall(slashed.replace("\u2013", "-").replace("\uff05", "%")))


def _tokens(pieces: Sequence[str], phrases: Phrases) -> Iterator[Token]:
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece[0].isdigit():
            kind, index = _number(pieces, index)
            yield Token(kind, Decimal(piece.replace(",", ".")))
        elif piece == "%" or fold(piece) in _PERCENT_WORDS:
            yield Token("percent")
            index += 1
        elif not piece[0].isalpha():
            yield Token("stop" if piece in _STOPS else "break")
            index += 1
        else:
            found, index = _phrase(pieces, index, phrases)
            yield Token(found)


def _number(pieces: Sequence[str], index: int) -> tuple[Kind, int]:
    """Return whether a number is an ordinal (`10th`, `15.`), and where to go on."""
    follower = pieces[index + 1] if index + 1 < len(pieces) else ""
    if follower == "." and index + 2 < len(pieces) and pieces[index + 2][:1].islower():
        return "ordinal", index + 2
    return ("ordinal", index + 2) if fold(follower) in _ORDINAL_ENDS and follower.isalpha() else ("number", index + 1)


def _phrase(pieces: Sequence[str], index: int, phrases: Phrases) -> tuple[Kind, int]:
    """Return the kind of the longest phrase that begins here. Abbreviations may end in a point."""
    best: tuple[Kind, int] = ("other", index + 1)
    joined, words = "", 0
    for end in range(index, min(index + 2 * _LONGEST_PHRASE, len(pieces))):
        piece = pieces[end]
        if piece == "." and end + 1 < len(pieces) and pieces[end + 1][:1].islower():
            continue
        if not piece[0].isalpha() or words >= _LONGEST_PHRASE:
            break
        joined, words = joined + fold(piece), words + 1
        kind = phrases.kinds.get(joined)
        if kind is not None:
            best = kind, end + 1
    return best
