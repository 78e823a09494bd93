"""Registration, tax and bank numbers that look real: random digits closed with the right check digits."""

import random
from collections.abc import Callable
from itertools import product

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.at import uid
from stdnum.be import vat as be_vat
from stdnum.ch import uid as ch_uid
from stdnum.de import vat as de_vat
from stdnum.es import ccc, cif
from stdnum.fr import siret, tva
from stdnum.gb import vat as gb_vat
from stdnum.ie import vat as ie_vat
from stdnum.it import iva
from stdnum.jp import cn
from stdnum.lv import pvn
from stdnum.nl import btw
from stdnum.pl import nip
from stdnum.pt import nif
from stdnum.us import ein

_DIGITS = "0123456789"
# The odd-place weights of the Italian control letter (ABI rules for the CIN of a bank account).
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)


def digits(rng: random.Random, count: int) -> str:
    """Return `count` random digits, the first one not zero."""
    return rng.choice(_DIGITS[1:]) + "".join(rng.choice(_DIGITS) for _ in range(count - 1))


def complete(pattern: str, is_valid: Callable[[str], bool]) -> str:
    """Return the first number that fills each `?` of `pattern` with a digit and passes its own check.

    Raises ValueError when none does.
    """
    head = pattern.split("?")
    for filling in product(_DIGITS, repeat=len(head) - 1):
        number = "".join(part + digit for part, digit in zip(head, (*filling, ""), strict=True))
        if is_valid(number):
            return number
    raise ValueError(f"no check digits fit {pattern}")


def tax_id(rng: random.Random, country: str) -> str:
    """Return a tax number of a country (ISO 3166 code) as it is printed on invoices."""
    while True:
        try:
            return _TAX[country](rng)
        except ValueError:
            # some bodies have no check digit (Swiss and Polish sums that come to ten): draw another
            continue


def registration_id(rng: random.Random, country: str, tax_id: str) -> str:
    """Return a company register number, or an empty text where invoices of that country carry none."""
    if country == "FR":
        return complete(f"{tax_id[4:]}000??", siret.is_valid)
    if country == "LV":
        return tax_id.removeprefix("LV")
    make = _REGISTER.get(country)
    return make(rng) if make else ""


def _es(rng: random.Random) -> str:
    return "ES" + complete(f"B{digits(rng, 7)}?", cif.is_valid)


def _fr(rng: random.Random) -> str:
    siren = complete(f"{digits(rng, 8)}?", luhn.is_valid)
    return "FR" + complete(f"??{siren}", tva.is_valid)


def _ie(rng: random.Random) -> str:
    body = digits(rng, 7)
    return f"IE{body}{ie_vat.calc_check_digit(body)}"


def _it(rng: random.Random) -> str:
    return "IT" + complete(f"0{digits(rng, 6)}015?", iva.is_valid)


def _jp(rng: random.Random) -> str:
    return "T" + complete(f"?{digits(rng, 12)}", cn.is_valid)


_TAX: dict[str, Callable[[random.Random], str]] = {
    "AT": lambda rng: "AT" + complete(f"U{digits(rng, 7)}?", uid.is_valid),
    "BE": lambda rng: "BE" + complete(f"0{digits(rng, 7)}??", be_vat.is_valid),
    "CH": lambda rng: complete(f"CHE{digits(rng, 8)}?", ch_uid.is_valid),
    "DE": lambda rng: "DE" + complete(f"{digits(rng, 8)}?", de_vat.is_valid),
    "ES": _es,
    "FR": _fr,
    "GB": lambda rng: "GB" + complete(f"{digits(rng, 7)}??", gb_vat.is_valid),
    "IE": _ie,
    "IT": _it,
    "JP": _jp,
    "LV": lambda rng: "LV" + complete(f"4{digits(rng, 8)}??", pvn.is_valid),
    "PT": lambda rng: "PT" + complete(f"5{digits(rng, 7)}?", nif.is_valid),
    "NL": lambda rng: "NL" + complete(f"{digits(rng, 7)}??B01", btw.is_valid),
    "PL": lambda rng: "PL" + complete(f"{digits(rng, 9)}?", nip.is_valid),
    "US": lambda rng: complete(f"{rng.choice(('36', '47', '84'))}-{digits(rng, 6)}?", ein.is_valid),
}

_REGISTER: dict[str, Callable[[random.Random], str]] = {
    "AT": lambda rng: f"FN {digits(rng, 6)}{rng.choice('abdfgh')}",
    "DE": lambda rng: f"HRB {digits(rng, 5)}",
    "GB": lambda rng: f"0{digits(rng, 7)}",
    "IE": lambda rng: digits(rng, 6),
    "IT": lambda rng: f"REA {rng.choice(('MI', 'TO', 'BO'))}-{digits(rng, 7)}",
    "NL": lambda rng: f"KvK {digits(rng, 8)}",
    "PL": lambda rng: f"KRS 0000{digits(rng, 6)}",
}


def iban(rng: random.Random, country: str) -> str:
    """Return an IBAN without spaces, or an empty text for a country that has none (US, JP)."""
    make = _ACCOUNTS.get(country)
    if make is None:
        return ""
    account = make(rng)
    return f"{country}{iban_number.calc_check_digits(f'{country}00{account}')}{account}"


def _es_account(rng: random.Random) -> str:
    bank, account = digits(rng, 8), digits(rng, 10)
    return f"{bank}{ccc.calc_check_digits(f'{bank}00{account}')}{account}"


def _be_account(rng: random.Random) -> str:
    # validators look the bank up in the national list, so the bank code must be an issued one
    body = "001" + digits(rng, 7)
    return f"{body}{int(body) % 97 or 97:02d}"


def _fr_account(rng: random.Random) -> str:
    bank, branch, account = digits(rng, 5), digits(rng, 5), digits(rng, 11)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    return f"{bank}{branch}{account}{key:02d}"


def _it_account(rng: random.Random) -> str:
    body = digits(rng, 10) + digits(rng, 12)
    weight = sum(_ODD[int(d)] if place % 2 == 0 else int(d) for place, d in enumerate(body))
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[weight % 26] + body


def _pt_account(rng: random.Random) -> str:
    body = digits(rng, 19)
    return f"{body}{98 - int(body) * 100 % 97:02d}"


_ACCOUNTS: dict[str, Callable[[random.Random], str]] = {
    "AT": lambda rng: digits(rng, 16),
    "BE": _be_account,
    "CH": lambda rng: digits(rng, 17),
    "DE": lambda rng: digits(rng, 18),
    "ES": _es_account,
    "FR": _fr_account,
    "GB": lambda rng: "QZQX" + digits(rng, 14),
    "IE": lambda rng: "QZIE" + digits(rng, 14),
    "IT": _it_account,
    "NL": lambda rng: "QZNL" + digits(rng, 10),
    "PL": lambda rng: digits(rng, 24),
    "LV": lambda rng: "QZLV" + digits(rng, 13),
    "PT": _pt_account,
}


def bic(rng: random.Random, country: str) -> str:
    """Return a bank code of the right shape; `QZ` begins no real bank's name here."""
    return (
        "QZ" + "".join(rng.choice("BCDFGHKLMNPRST") for _ in range(2)) + country + rng.choice(("2A", "21", "33", "M1"))
    )


def grouped(number: str) -> str:
    """Return an IBAN in groups of four, as it is printed."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
