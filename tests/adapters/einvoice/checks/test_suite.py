import pytest

from adapters.einvoice.checks.suite import CII_ROOT, ORDER_X_ROOT, UBL_ROOTS, folder, missing, profile_name, suite


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("urn:factur-x.eu:1p0:minimum", "Factur-X MINIMUM"),
        ("urn:factur-x.eu:1p0:basicwl", "Factur-X BASIC WL"),
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "Factur-X BASIC"),
        ("urn:cen.eu:en16931:2017#compliant#urn:zugferd.de:2p0:basic", "Factur-X BASIC"),
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", "Factur-X EXTENDED"),
        ("urn:cen.eu:en16931:2017", "EN 16931"),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "XRechnung 3.0"),
        ("urn:cen.eu:en16931:2017#compliant#urn:xoev-de:kosit:standard:xrechnung_2.1", "XRechnung 2.1"),
        (
            "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0",
            "XRechnung 3.0 Extension",
        ),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "Peppol BIS Billing 3.0"),
        ("urn:fdc:peppol.eu:poacc:trns:order:3", "Peppol post-award order"),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:comfort", "ZUGFeRD 1.0 comfort"),
        ("urn:order-x.eu:1p0:comfort", "Order-X COMFORT"),
        (" urn:cen.eu:\n en16931:2017 ", "EN 16931"),
        ("urn:something:else", ""),
    ],
)
def test_a_profile_is_recognised(identifier: str, name: str) -> None:
    assert profile_name(identifier) == name


@pytest.mark.parametrize("root", [*UBL_ROOTS, CII_ROOT, ORDER_X_ROOT])
def test_every_artefact_of_a_message_is_installed(root: tuple[str, str]) -> None:
    wanted = suite(root, "urn:order-x.eu:1p0:basic")

    assert wanted.schema is not None
    assert [sheet.file for sheet in wanted.sheets if not (folder() / sheet.file).is_file()] == []


def test_no_artefact_is_missing() -> None:
    assert missing() == ()


def test_an_unknown_message_is_checked_with_nothing() -> None:
    assert suite(("urn:x", "Catalogue"), "") == ("", None, ())
