"""Numbers that carry their own proof: accounts, banks, taxes, registers, goods, places, companies.

Checksums are those of python-stdnum; where a register has none, only the form is looked at.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Literal

from stdnum import ean, iban, lei
from stdnum.exceptions import ValidationError

Kind = Literal["iban", "bic", "vat", "registration", "gtin", "gln", "lei", "duns", "siret", "siren"]
_BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_LEI, _DUNS, _GLN = 20, 9, 13
_GTINS = frozenset({8, 12, 13, 14})
_VAT: Mapping[str, str] = {
    "AT": "at.uid", "BE": "be.vat", "BG": "bg.vat", "CY": "cy.vat", "CZ": "cz.dic", "DE": "de.vat", "DK": "dk.cvr", "EE": "ee.kmkr", "EL": "gr.vat", "GR": "gr.vat",
    "ES": "es.nif", "FI": "fi.alv", "FR": "fr.tva", "HR": "hr.oib", "HU": "hu.anum", "IE": "ie.vat", "IT": "it.iva", "LT": "lt.pvm", "LU": "lu.tva", "LV": "lv.pvn",
    "MT": "mt.vat", "NL": "nl.btw", "PL": "pl.nip", "PT": "pt.nif", "RO": "ro.cf", "SE": "se.vat", "SI": "si.ddv", "SK": "sk.dph", "GB": "gb.vat", "XI": "gb.vat", "IS": "is_.vsk",
}  # fmt: skip
"""Country prefix -> scheme of the VAT number behind it."""
_TAX: Mapping[str, str] = {
    "AR": "ar.cuit", "AU": "au.abn", "BR": "br.cnpj", "CA": "ca.bn", "CL": "cl.rut", "CN": "cn.uscc", "CO": "co.nit", "CR": "cr.cpj", "DO": "do.rnc", "EC": "ec.ruc",
    "GT": "gt.nit", "IL": "il.hp", "IN": "in_.gstin", "JP": "jp.cn", "KR": "kr.brn", "MA": "ma.ice", "MX": "mx.rfc", "MY": "", "NZ": "nz.ird", "PE": "pe.ruc", "PY": "py.ruc",
    "RS": "rs.pib", "RU": "ru.inn", "SG": "sg.uen", "SV": "sv.nit", "TH": "th.tin", "TR": "tr.vkn", "TW": "tw.ubn", "UA": "ua.edrpou", "US": "us.ein", "UY": "uy.rut", "VE": "ve.rif", "VN": "vn.mst", "ZA": "za.tin",
}  # fmt: skip
"""Country -> scheme of the tax number, which is printed without its country."""
_REGISTRATION: Mapping[str, tuple[str, ...]] = {
    "FR": ("fr.siret", "fr.siren"), "SE": ("se.orgnr",), "NO": ("no.orgnr",), "DK": ("dk.cvr",), "FI": ("fi.ytunnus",), "PL": ("pl.regon", "pl.nip"), "CZ": ("cz.dic",), "SK": ("cz.dic",),
    "EE": ("ee.registrikood",), "BE": ("be.vat",), "CH": ("ch.uid",), "AU": ("au.acn", "au.abn"), "NZ": ("nz.ird",), "BR": ("br.cnpj",), "IN": ("in_.pan", "in_.gstin"), "JP": ("jp.cn",),
    "SG": ("sg.uen",), "KR": ("kr.brn",), "IL": ("il.hp",), "HR": ("hr.oib",), "RO": ("ro.onrc", "ro.cf"), "BG": ("bg.vat",), "CN": ("cn.uscc",), "TW": ("tw.ubn",), "SI": ("si.maticna",),
}  # fmt: skip
"""Country -> schemes of its register numbers that have a checksum. Commercial registers by court (HRB) have none."""


def is_valid(kind: Kind, text: str, country: str | None = None) -> bool | None:
    """Return whether a number is right by length and checksum, or None where nothing can tell.

    `country` (ISO 3166) is asked for `registration`, and for a `vat` number that is printed without its country.
    """
    return _is_valid(kind, "".join(sign for sign in text.upper() if sign.isalnum()), country)


@lru_cache(maxsize=8192)
def _is_valid(kind: Kind, compact: str, country: str | None) -> bool | None:
    if not compact:
        return None
    check = _CHECKS.get(kind)
    if check is not None:
        return check(compact)
    return _vat(compact, country) if kind == "vat" else _registration(compact, country)


def gtin_of(text: str) -> str | None:
    """Return the GTIN that an item code is: 8, 12, 13 or 14 digits with a right check digit, or None.

    One in ten numbers of that length passes by chance, so that shorter ones need a label to be believed.
    """
    digits = re.sub(r"[\s-]", "", text)
    return digits if len(digits) in _GTINS and digits.isdigit() and is_valid("gtin", digits) else None


def bic_country(text: str) -> str | None:
    """Return the country in a BIC (ISO 9362), or None where the text is no BIC."""
    match = _BIC.fullmatch("".join(text.split()).upper())
    return match[1] if match else None


def _vat(compact: str, country: str | None) -> bool | None:
    """Check a VAT id by its prefix, else as a number of the country that is named."""
    if compact.startswith("CHE"):
        return _passes("ch.vat", compact) or _passes("ch.uid", compact[:12])
    if compact.startswith("NO") or (country == "NO" and compact[:1].isdigit()):
        digits = compact.removeprefix("NO").removesuffix("MVA")
        return _passes("no.orgnr", digits)
    if compact[:2] in _VAT and not compact[:2].isdigit():
        return _passes(_VAT[compact[:2]], compact[2:])
    if country is not None and country in _VAT and compact[:1].isdigit():
        return _passes(_VAT[country], compact)
    return _passes(_TAX[country], compact) if country and _TAX.get(country) else None


def _registration(compact: str, country: str | None) -> bool | None:
    schemes = _REGISTRATION.get(country or "")
    if not schemes or not any(sign.isdigit() for sign in compact):
        return None
    return any(_passes(scheme, compact) for scheme in schemes)


def _passes(scheme: str, number: str) -> bool:
    return bool(import_module(f"stdnum.{scheme}").is_valid(number))


def _iban(compact: str) -> bool:
    try:
        iban.validate(compact, check_country=False)
    except ValidationError:
        return False
    return True


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "iban": _iban,
    "bic": lambda text: _BIC.fullmatch(text) is not None,
    "gtin": lambda text: len(text) in _GTINS and bool(ean.is_valid(text)),
    "gln": lambda text: len(text) == _GLN and bool(ean.is_valid(text)),
    "lei": lambda text: len(text) == _LEI and bool(lei.is_valid(text)),
    "duns": lambda text: len(text) == _DUNS and text.isdigit(),
    "siret": lambda text: _passes("fr.siret", text),
    "siren": lambda text: _passes("fr.siren", text),
}
"""Kinds that need no country. A D-U-N-S number has had no check digit since 2006."""
