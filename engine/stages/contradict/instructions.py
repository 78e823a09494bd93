"""Sentences on a document that talk to a program instead of a person."""

import re
from collections.abc import Iterator

_OBJECT = (
    r"(instructions?|prompts?|rules?|directives?|anweisung\w*|vorgaben|consignes?|instrucciones|istruzioni|instruções|"
    r"instructies|polece\w+|instrukcj\w+|norādījum\w+|instrukcij\w+)"
)
_BEFORE = (
    r"(previous|prior|above|earlier|preceding|all|any|other|system|vorherig\w*|bisherig\w*|obig\w*|alle\w*|précédent\w*|"
    r"antérieur\w*|anterior\w*|previas?|precedent[ei]|vorige|eerdere|poprzedni\w*|wcześniejsz\w*|iepriekšēj\w*|visu?s?)"
)
_DROP = (
    r"(ignore|disregard|forget|override|ignorier\w*|vergiss|missachte\w*|ignore[zr]?|oublie[zr]?|ignora\w*|olvid\w+|"
    r"dimentica\w*|ignore\w*|esque[çc]\w*|negeer|zignoruj\w*|ignoruj\w*|ignorē\w*)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_DROP}\b(\W+\w+){{0,3}}?\W+{_BEFORE}\b(\W+\w+){{0,3}}?\W+{_OBJECT}\b",
        rf"\b{_DROP}\b(\W+\w+){{0,3}}?\W+{_OBJECT}\b(\W+\w+){{0,2}}?\W+{_BEFORE}\b",
        r"\byou are (now )?(an? )?(\w+ ){0,2}(ai|llm|assistant|language model|chatbot)\b",
        r"\b(as|to|for|note to|attention) (an? |the |any |all )?(\w+ ){0,1}(ai|llms?|language models?|ai (assistants?|agents?|systems?))\b\W",
        r"\b(system|developer|assistant) (prompt|message|instructions?)\b\s*[:=]",
        r"<\|?(im_start|im_end|system|endoftext)\|?>|\[/?INST\]|<</?SYS>>",
        r"\b(an|achtung) (die |alle )?(ki|sprachmodelle?|llms?)\b\W",
        r"\b(respond|reply|answer|output|return|report|extract|set)\b(\W+\w+){0,6}?\W+(json|total|amount|iban|approved)\b(\W+\w+){0,4}?\W+(instead|regardless|always|no matter)\b",
        r"\b(mark|classify|treat|approve|process|pay)\b(\W+\w+){0,4}?\W+(as )?(approved|verified|trusted|immediately)\b(\W+\w+){0,5}?\W+(without|do not|skip|bypass)\b(\W+\w+){0,2}?\W+(review|approval|checks?|verification|flag\w*)\b",
    )
)
_AROUND = 60
"""Signs shown before and behind what was found."""


def instructions_in(text: str) -> Iterator[str]:
    """Yield the passages of a text that look like orders to a language model, with their surroundings."""
    end = -1
    for match in sorted((m for pattern in _PATTERNS for m in pattern.finditer(text)), key=lambda m: m.start()):
        if match.start() > end:
            end = match.end() + _AROUND
            yield text[max(0, match.start() - _AROUND) : end].strip()
