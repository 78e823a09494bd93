"""Currencies by sign and country: `$` is USD in Texas and CAD in Ontario, `kr` four crowns, `¥` yen or yuan."""

from collections.abc import Mapping
from functools import lru_cache

from engine.stages.values.countries import country_code, pays_in_euro

_OF_SIGN: Mapping[str, Mapping[str, str]] = {
    "$": {
        "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "MX": "MXN", "SG": "SGD", "HK": "HKD", "TW": "TWD", "CL": "CLP", "CO": "COP", "AR": "ARS", "UY": "UYU",
        "EC": "USD", "SV": "USD", "PR": "USD", "PA": "USD", "BB": "BBD", "BS": "BSD", "JM": "JMD", "FJ": "FJD", "NA": "NAD", "BN": "BND", "TT": "TTD", "DO": "DOP", "GY": "GYD",
    },
    "kr": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "FO": "DKK", "GL": "DKK"},
    "\u00a5": {"JP": "JPY", "CN": "CNY"}, "\u00a3": {"GB": "GBP", "EG": "EGP", "LB": "LBP", "GI": "GIP", "FK": "FKP"},
    "rs": {"IN": "INR", "PK": "PKR", "LK": "LKR", "NP": "NPR", "MU": "MUR"}, "fr": {"CH": "CHF", "LI": "CHF", "FR": "EUR", "BE": "EUR", "LU": "EUR"},
    "lei": {"RO": "RON", "MD": "MDL"}, "din": {"RS": "RSD", "MK": "MKD", "KW": "KWD", "BH": "BHD", "TN": "TND", "JO": "JOD"}, "r": {"ZA": "ZAR", "BR": "BRL"},
    "kc": {"CZ": "CZK"}, "dh": {"AE": "AED", "MA": "MAD"}, "p": {"PH": "PHP", "RU": "RUB", "BW": "BWP"}, "ksh": {"KE": "KES"}, "q": {"GT": "GTQ"},
}  # fmt: skip
"""Sign that several countries print -> country -> currency (ISO 4217)."""
_USUAL: Mapping[str, str] = {"$": "USD", "\u00a3": "GBP"}
"""What an ambiguous sign most often means where the country is not known; the others then stay open."""
_PLAIN: Mapping[str, str] = {
    "\u20ac": "EUR", "us$": "USD", "usd$": "USD", "u$s": "USD", "c$": "CAD", "ca$": "CAD", "can$": "CAD", "cdn$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD",
    "sg$": "SGD", "hk$": "HKD", "nt$": "TWD", "r$": "BRL", "mx$": "MXN", "mex$": "MXN", "jp\u00a5": "JPY", "cn\u00a5": "CNY", "rmb": "CNY", "\u5143": "CNY", "\u5186": "JPY",
    "\u20b9": "INR", "\u20ba": "TRY", "\u20bd": "RUB", "\u20a9": "KRW", "\u20aa": "ILS", "\u20ab": "VND", "\u20b4": "UAH", "\u20a6": "NGN", "\u20b1": "PHP", "\u0e3f": "THB", "\u20a1": "CRC", "\u20b8": "KZT",
    "z\u0142": "PLN", "zl": "PLN", "k\u010d": "CZK", "ft": "HUF", "\u043b\u0432": "BGN", "lv": "BGN", "rm": "MYR", "rp": "IDR", "sfr": "CHF", "stg": "GBP", "tl": "TRY", "skr": "SEK", "dkr": "DKK", "nkr": "NOK", "ikr": "ISK",
    "gbp\u00a3": "GBP", "euro": "EUR", "euros": "EUR", "sar": "SAR", "b/.": "PAB", "s/": "PEN", "s/.": "PEN", "bs": "BOB", "birr": "ETB", "gh\u20b5": "GHS",
}  # fmt: skip
_HOME: Mapping[str, str] = {
    "GB": "GBP", "PL": "PLN", "DK": "DKK", "SE": "SEK", "NO": "NOK", "IS": "ISK", "CZ": "CZK", "HU": "HUF", "RO": "RON", "CH": "CHF", "LI": "CHF", "US": "USD", "CA": "CAD",
    "AU": "AUD", "NZ": "NZD", "JP": "JPY", "CN": "CNY", "IN": "INR", "BR": "BRL", "MX": "MXN", "SG": "SGD", "HK": "HKD", "MY": "MYR", "TR": "TRY", "ZA": "ZAR", "AE": "AED",
    "SA": "SAR", "IL": "ILS", "KR": "KRW", "TW": "TWD", "TH": "THB", "ID": "IDR", "PH": "PHP", "VN": "VND", "RS": "RSD", "UA": "UAH", "CL": "CLP", "CO": "COP", "AR": "ARS", "PE": "PEN",
}  # fmt: skip


@lru_cache(maxsize=4096)
def currency_code(sign: str, country: str | None = None) -> str | None:
    """Return the ISO 4217 code of a printed sign, or None where it is unknown or several countries print it.

    `country` (ISO 3166, or a name) is where the document comes from. A bare `$` or `£` of an unknown country is None
    too: see `usual_currency`.
    """
    bare = sign.strip(" :()[]").casefold()
    plain = _PLAIN.get(bare) or _PLAIN.get(bare.rstrip("."))
    if plain:
        return plain
    shared = _OF_SIGN.get(bare) or _OF_SIGN.get(bare.rstrip("."))
    if shared is not None:
        where = country if country in shared else country_code(country or "")
        return shared.get(where or "") or (next(iter(shared.values())) if len(shared) == 1 else None)
    return bare.upper() if _is_code(bare) else None


def usual_currency(sign: str) -> str | None:
    """Return what an ambiguous sign most often means: the dollar of the United States, the pound of Britain."""
    return _USUAL.get(sign.strip(" .:"))


def is_shared(sign: str) -> bool:
    """Tell whether several currencies are printed with a sign."""
    bare = sign.strip(" .:()[]").casefold()
    return len(set(_OF_SIGN.get(bare, {}).values())) > 1


def home_currency(country: str) -> str | None:
    """Return the currency of a country (ISO 3166), or None where it is not listed."""
    return "EUR" if pays_in_euro(country) else _HOME.get(country)


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale.parse("en").currencies)


def _is_code(bare: str) -> bool:
    return len(bare) == 3 and bare.isascii() and bare.upper() in _codes()  # noqa: PLR2004 - ISO 4217
