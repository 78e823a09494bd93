"""The vendor in parts: legal form, address, and the country that its numbers name."""

from collections.abc import Mapping

from engine.model.field import Field
from engine.model.finding import Finding
from engine.stages.canonical.derive import inferred
from engine.stages.values.address import parse_address
from engine.stages.values.company import split_name
from engine.stages.values.countries import agreed, country_code, country_of_iban, country_of_tax_id
from engine.stages.values.identifiers import bic_country, is_valid

_FROM_ADDRESS = 0.8
"""Certainty left over when an address is taken apart."""
_PARTS = ("vendor_street", "vendor_house_number", "vendor_postcode", "vendor_city")


def vendor_parts(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return what name and address of the vendor say in parts, for those that the document does not state itself."""
    found: dict[str, Field] = {}
    name, address = fields.get("vendor_name"), fields.get("vendor_address")
    form = split_name(name.value).form if name is not None else ""
    if name is not None and form:
        found["vendor_legal_form"] = inferred("vendor_legal_form", form, (name,))
    if address is not None:
        found |= _of_address(address, agreed(vendor_countries(fields)))
    return {name: field for name, field in found.items() if name not in fields}


def vendor_countries(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Return the countries that the vendor's own numbers and its address name (ISO 3166), each once."""
    tax, account, stated = (fields.get(name) for name in ("vendor_tax_id", "vendor_iban", "vendor_country"))
    address = fields.get("vendor_address")
    codes = (
        country_code(stated.value) if stated else None,
        country_of_tax_id(tax.value) if tax else None,
        country_of_iban(account.value) if account else None,
        parse_address(address.raw or address.value).country or None if address else None,
    )
    return tuple(dict.fromkeys(code for code in codes if code))


def party_findings(fields: Mapping[str, Field]) -> tuple[Finding, ...]:
    """Return what is wrong with the vendor's numbers: `bic_invalid`, `bic_differs_from_iban`, `registration_id_invalid`."""
    return (*_of_bic(fields), *_of_registration(fields))


def _of_address(address: Field, country: str | None) -> dict[str, Field]:
    """Return the parts of an address whose postcode was found; without one nothing in it is sure."""
    parts = parse_address(address.raw or address.value, country)
    if not parts.postcode:
        return {}
    values = zip(_PARTS, (parts.street, parts.number, parts.postcode, parts.city), strict=True)
    found = {name: value for name, value in (*values, ("vendor_country", parts.country)) if value}
    return {name: inferred(name, value, (address,), sure=_FROM_ADDRESS) for name, value in found.items()}


def _of_bic(fields: Mapping[str, Field]) -> tuple[Finding, ...]:
    bic, account = fields.get("vendor_bic"), fields.get("vendor_iban")
    if bic is None:
        return ()
    where, home = bic_country(bic.value), country_of_iban(account.value) if account else None
    if where is None:
        return (
            Finding(
                code="bic_invalid", severity="info", fields=("vendor_bic",), evidence=(("vendor_bic", bic.value),),
                message=f"The BIC {bic.value} does not have the form of one. Compare with the document.",
            ),
        )  # fmt: skip
    if home is None or home == where:
        return ()
    return (
        Finding(
            code="bic_differs_from_iban", severity="info", fields=("vendor_bic", "vendor_iban"),
            evidence=(("vendor_bic", where), ("vendor_iban", home)),
            message=f"The BIC is of a bank in {where}, the account of one in {home}. Compare with the document.",
        ),
    )  # fmt: skip


def _of_registration(fields: Mapping[str, Field]) -> tuple[Finding, ...]:
    number = fields.get("vendor_registration_id")
    country = agreed(vendor_countries(fields))
    # words name the register and its town; what stands beside them may be any number of theirs
    if number is None or country is None or any(sign.isalpha() for sign in number.value):
        return ()
    if is_valid("registration", number.value, country) is not False:
        return ()
    return (
        Finding(
            code="registration_id_invalid", severity="info", fields=("vendor_registration_id",),
            evidence=(("vendor_registration_id", number.value), ("country", country)),
            message=f"The registration number {number.value} is not valid in {country}. Compare with the document.",
        ),
    )  # fmt: skip
