"""Reads a code by whichever standard it follows."""

from engine.model.page import Code
from engine.stages.contradict import fiscal_codes, payment_codes
from engine.stages.contradict.code_record import CodeRecord

_LONGEST = 8000
_PARSERS = (*payment_codes.PARSERS, *fiscal_codes.PARSERS)


def read_code(code: Code) -> CodeRecord | None:
    """Return what a code says under canonical names, or None when it follows no standard that is known here."""
    text = code.text.strip("\ufeff")[:_LONGEST]
    return next((record for parser in _PARSERS if (record := parser(text)) is not None), None)
