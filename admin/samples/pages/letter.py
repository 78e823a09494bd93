"""Draws a plain letter: mail that is none of the business documents."""

from admin.samples.model import Paper
from admin.samples.pages import blocks
from admin.samples.pages.draft import Draft
from admin.samples.pages.layouts import Layout
from admin.samples.pages.sheet import Sheet
from admin.samples.words import say

_TEXT = {
    "en": (
        "Our office is moving",
        "from the first of next month you will find us in larger rooms across the river. Telephone numbers and mail addresses stay as they are.",
        "We would be glad to welcome you there in the weeks to come and to show you the new sample room over a cup of tea.",
    ),
    "de": (
        "Wir ziehen um",
        "ab dem Ersten des kommenden Monats finden Sie uns in größeren Räumen auf der anderen Seite des Flusses. Telefon und E-Mail bleiben unverändert.",
        "Wir würden uns freuen, Sie in den nächsten Wochen dort zu begrüßen und Ihnen bei einer Tasse Kaffee den neuen Musterraum zu zeigen.",
    ),
    "fr": (
        "Nous déménageons",
        "à partir du premier du mois prochain, nous vous accueillerons dans des locaux plus grands, de l'autre côté du fleuve. Nos numéros restent inchangés.",
        "Nous serions heureux de vous y recevoir dans les semaines à venir et de vous présenter notre nouvelle salle d'exposition.",
    ),
}
LANGUAGES = tuple(_TEXT)
"""Languages in which the letter is written."""


def draw(paper: Paper, layout: Layout) -> bytes:
    """Return the PDF of a one-page letter. Of the paper only the parties and the date count."""
    sheet = Sheet(size=layout.size, family=layout.family, points=10.5, title="letter")
    draft = Draft(sheet, layout, paper)
    blocks.letterhead(draft)
    for line in (paper.buyer.name, paper.buyer.street, paper.buyer.place):
        sheet.text(draft.left, draft.y, line)
        draft.y += draft.leading
    draft.y += 30
    sheet.text(draft.right, draft.y, f"{paper.seller.city}, {draft.day(paper.issued)}", align="right")
    subject, *paragraphs = _TEXT[paper.language]
    draft.y += 34
    sheet.text(draft.left, draft.y, subject, bold=True)
    draft.y += 10
    for paragraph in (say(paper.language, "greeting"), *paragraphs, say(paper.language, "closing"), paper.seller.name):
        draft.y += 10
        for line in sheet.wrap(paragraph, width=draft.right - draft.left):
            draft.y += draft.leading
            sheet.text(draft.left, draft.y, line)
    blocks.foot(draft, of_pages=1)
    return sheet.finish()
