"""Draws invoices, credit notes, orders and delivery notes as PDF."""

from admin.samples.model import Paper
from admin.samples.pages import blocks, payment, totals
from admin.samples.pages.draft import Draft
from admin.samples.pages.layouts import Layout
from admin.samples.pages.sheet import Sheet, family_for
from admin.samples.pages.table import Table

_FOOT = 96


def draw(paper: Paper, layout: Layout, *, password: str = "") -> tuple[bytes, int]:
    """Return the PDF and its number of pages. With a password the file is encrypted and does not open without it."""
    drawn = lay_out(paper, layout, password=password)
    return drawn.finish(), drawn.page


def lay_out(paper: Paper, layout: Layout, *, password: str = "") -> Sheet:
    """Return the drawn pages, which know where every word stands; `finish` of it gives the PDF."""
    drawn = _draw(paper, layout, password, of_pages=1)
    # the foot names the last page, which is only known after a first run
    return drawn if drawn.page == 1 else _draw(paper, layout, password, of_pages=drawn.page)


def _draw(paper: Paper, layout: Layout, password: str, *, of_pages: int) -> Sheet:
    sheet = Sheet(
        size=layout.size,
        family=family_for(layout.family, paper.language),
        points=layout.points,
        title=f"{paper.type} {paper.number}",
        password=password,
    )
    draft = Draft(sheet, layout, paper)
    blocks.letterhead(draft)
    blocks.opening(draft)

    def turn() -> None:
        blocks.foot(draft, of_pages=of_pages)
        sheet.new_page()
        draft.y = layout.margin
        sheet.text(
            draft.left, draft.y, f"{paper.seller.name}  -  {draft.title} {paper.number}", size=sheet.points - 0.5
        )
        draft.y += 18

    Table(draft, turn).draw()
    if paper.type == "goods_receipt":
        _signature(draft)
    else:
        if draft.y + totals.height(draft) > sheet.height - _FOOT + 20:
            turn()
        totals.draw(draft)
    blocks.closing(draft)
    blocks.unseen(draft)
    payment.draw(draft, turn)
    # a Swiss slip takes the place of the foot
    if draft.y < sheet.height:
        blocks.foot(draft, of_pages=of_pages)
    return sheet


def _signature(draft: Draft) -> None:
    draft.y += draft.leading * 2
    draft.sheet.text(draft.left, draft.y, draft.say("goods_only"))
    draft.y += 60
    draft.sheet.line(draft.left, draft.y, draft.left + 200, draft.y)
    draft.y += draft.leading
    draft.sheet.text(draft.left, draft.y, draft.say("signature"))
