"""What payment codes say: EPC069-12 (GiroCode) and the Swiss QR-bill (Swiss Payment Standards 2.2)."""

from admin.samples import notation
from admin.samples.model import Paper, Party
from admin.samples.words import say


def giro(paper: Paper, *, iban: str = "") -> str:
    """Return the lines of a GiroCode; `iban` takes the place of the seller's. Only euros can be paid by it."""
    seller = paper.seller
    amount = notation.canonical(paper.sums.total, paper.currency)
    note = f"{say(paper.language, paper.type)} {paper.number}"
    return "\n".join(
        ("BCD", "002", "1", "SCT", seller.bic, seller.name[:70], iban or seller.iban, f"EUR{amount}", "", "", note)
    )


def swiss(paper: Paper) -> str:
    """Return the lines of a Swiss QR code without a payment reference (type NON), with structured addresses."""
    amount = notation.canonical(paper.sums.total, paper.currency)
    note = f"{say(paper.language, paper.type)} {paper.number}"
    head = ("SPC", "0200", "1", paper.seller.iban, *_address(paper.seller), *[""] * 7, amount, paper.currency)
    return "\n".join((*head, *_address(paper.buyer), "NON", "", note, "EPD"))


def _address(party: Party) -> tuple[str, ...]:
    street, _, house = party.street.rpartition(" ")
    return "S", party.name[:70], street, house, party.postcode, party.city, party.country
