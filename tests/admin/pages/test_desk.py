"""The review desk over HTTP: who sees what, what is kept, what an answer leads to."""

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from engine.model.correction import Correction
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime import corrections, intake, steps
from engine.runtime.desk import taking
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.store import ledger, masterdata, reviews
from engine.store.database import reading, transaction
from tests.admin.visitors import HAND, browser, fields, house_of, opened
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.runtime.desk.held import judged_again, large_invoice, old_invoice, stored
from tests.runtime.processed import TEXT_INVOICE, walked
from tests.runtime.sources.following import at_home


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A hub without workers: what is queued stays in processing, so pages can be looked at in peace."""
    with opened(tmp_path_factory.mktemp("hub")) as client:
        with transaction(house_of(client).engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


def visitor(hub: TestClient, name: str, *grants: Grant) -> TestClient:
    """Return a browser of somebody with these rights, signed in."""
    house = house_of(hub)
    person = accounts.add(house, name, hand=HAND)
    for one in grants:
        accounts.grant(house, name, one, hand=HAND)
    came = browser(hub)
    came.cookies.set("postroom-session", stay.begin(house, person, Where(), way="password"))
    return came


@pytest.fixture(scope="module")
def anna(hub: TestClient) -> TestClient:
    return visitor(hub, "anna", Grant(role="reviewer", fields=("bank", "identity")))


def fresh(house: House, folder: Path, make: Callable[[House, Path, str], str], number: str) -> str:
    """Take in a document of its own for a test."""
    return make(house, folder, number)


def post(who: TestClient, document_id: str, act: str, **values: object) -> tuple[int, str]:
    """Send a form of the document's page; return status and where it leads, or what is told."""
    form = fields(who.get(f"/desk/{document_id}").text) | {key: str(value) for key, value in values.items()}
    answer = who.post(f"/desk/{document_id}/{act}", data=form, follow_redirects=False)
    return answer.status_code, answer.headers.get("location") or answer.text


def test_the_list_shows_what_waits_and_why(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3001")

    page = anna.get("/desk?view=all&text=re-3001").text

    assert f'href="/desk/{one}"' in page
    assert "issued_long_ago" in page
    assert "Nordlicht Filtertechnik GmbH" in page
    assert "Nothing waits here." in anna.get("/desk?view=all&text=RE-9999").text
    part = anna.get("/desk?view=all&text=re-3001", headers={"HX-Request": "true"}).text
    assert re.search(r'id="count"[^>]*hx-swap-oob="true">1 document<', part)
    assert "hx-swap-oob" not in page


def test_a_document_shows_what_is_asked_first_and_what_would_be_written(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    one = fresh(house_of(hub), tmp_path, large_invoice, "RE-3002")

    page = anna.get(f"/desk/{one}").text

    assert page.index('data-path="po_number"') < page.index('data-path="invoice_number"')
    assert "only an approver lets this pass" in page
    assert "vendor_invoice → erp" in page


def test_bank_and_identity_are_masked_until_they_are_revealed_and_that_is_noted(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    house = house_of(hub)
    one = fresh(house, tmp_path, old_invoice, "RE-3003")

    assert "DE136695976" not in anna.get(f"/desk/{one}").text
    assert "DE136695976" in anna.get(f"/desk/{one}?reveal=identity").text
    with reading(house.engine) as tx:
        assert "data_revealed" in [event.kind for event in ledger.story(tx, one)]


def test_who_may_not_see_masked_values_does_not_get_them_from_the_words_of_a_page(
    hub: TestClient, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text(TEXT_INVOICE.format(number="7"), encoding="utf-8")
    one = walked(house_of(hub), paper)
    eve = visitor(hub, "eve", Grant(role="reviewer"))

    words = [word[0] for word in eve.get(f"/desk/{one}/pages/1/words?reveal=identity").json()]

    assert "Rechnungsnummer:" in words
    assert "DE136695976" not in words
    assert eve.get(f"/desk/{one}?reveal=identity").status_code == 403


def test_what_is_typed_is_there_after_a_reload(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3004")
    token = fields(anna.get(f"/desk/{one}").text)["form_token"]

    kept = anna.post(
        f"/desk/{one}/draft", content=json.dumps({"revision": 1, "values": {"issue_date": "2026-03-01"}}),
        headers={"X-Form-Token": token},
    )  # fmt: skip

    assert kept.status_code == 204
    assert 'value="2026-03-01"' in anna.get(f"/desk/{one}").text
    with reading(house_of(hub).engine) as tx:
        item = reviews.open_of(tx, one)
    assert item is not None
    assert item.taken_by == "anna", "typing takes the item"


def test_a_draft_of_what_is_there_no_more_is_refused(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3005")
    token = fields(anna.get(f"/desk/{one}").text)["form_token"]

    answer = anna.post(
        f"/desk/{one}/draft", content=json.dumps({"revision": 9, "values": {}}), headers={"X-Form-Token": token}
    )

    assert (answer.status_code, "you saw 9" in answer.text) == (409, True)


def test_values_that_were_changed_are_handed_in(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3006")

    changed = {"value:issue_date": "2026-10-01", "was:issue_date": "", "value:total": "1", "was:total": "1"}
    status, to = post(anna, one, "correct", revision=1, **changed)

    assert (status, to) == (303, f"/desk/{one}")
    document = stored(house_of(hub), one)
    assert (document.state, document.revision) == ("processing", 2)
    with reading(house_of(hub).engine) as tx:
        (event,) = [event for event in ledger.story(tx, one) if event.kind == "document_corrected"]
    assert (event.actor, event.data["values"]) == ("anna", {"issue_date": "2026-10-01"})
    assert "The machine is at work" in anna.get(f"/desk/{one}").text


def test_a_value_of_the_wrong_form_is_refused_in_words(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3007")

    status, told = post(
        anna, one, "correct", revision=1, **{"value:issue_date": "soon", "was:issue_date": "2021-03-01"}
    )

    assert status == 409
    assert "has not the right form" in told


def test_a_reviewer_lets_pass_what_reviewers_may_and_no_more(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    house = house_of(hub)
    old, large = fresh(house, tmp_path, old_invoice, "RE-3008"), fresh(house, tmp_path, large_invoice, "RE-3009")

    assert post(anna, old, "approve", revision=1)[0] == 303
    status, told = post(anna, large, "approve", revision=1)

    assert stored(house, old).state == "processing"
    assert (status, "Only an approver" in told) == (409, True)
    carl = visitor(hub, "carl", Grant(role="approver"))
    assert post(carl, large, "approve", revision=1)[0] == 303


def test_a_rejected_document_needs_a_reason(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    house = house_of(hub)
    one = fresh(house, tmp_path, old_invoice, "RE-3010")

    assert post(anna, one, "reject", revision=1, why=" ")[0] == 409
    assert post(anna, one, "reject", revision=1, why="not ours")[0] == 303
    assert stored(house, one).state == "rejected"


def test_others_are_told_who_is_at_work(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3011")
    taking.take(house_of(hub), one, by="bert")

    assert "bert is at work on this" in anna.get(f"/desk/{one}").text
    status, told = post(anna, one, "approve", revision=1)
    assert (status, "bert is at work" in told) == (409, True)


def test_an_item_is_passed_on_and_asked_about(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    house = house_of(hub)
    one = fresh(house, tmp_path, old_invoice, "RE-3012")

    assert post(anna, one, "comment", text="<b>Did you order this?</b>", to="bert")[0] == 303
    assert "&lt;b&gt;Did you order this?" in anna.get(f"/desk/{one}").text
    assert post(anna, one, "pass-on", queue="procurement", revision=1)[0] == 303
    with reading(house.engine) as tx:
        item = reviews.open_of(tx, one)
    assert item is not None
    assert item.queue == "procurement"


def test_documents_out_of_reach_are_not_there(hub: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3013")
    far = visitor(hub, "far", Grant(role="reviewer", types=("receipt",)))

    assert "RE-3013" not in far.get("/desk?view=all&text=RE-3013").text.replace('value="RE-3013"', "")
    for path in (f"/desk/{one}", f"/desk/{one}/pages/1.jpg", f"/desk/{one}/pages/1/words", f"/desk/{one}/state"):
        assert far.get(path).status_code == 404
    assert post_blind(far, one, "approve") == 404


def test_somebody_who_only_looks_changes_nothing(hub: TestClient, tmp_path: Path) -> None:
    one = fresh(house_of(hub), tmp_path, old_invoice, "RE-3014")
    viewer = visitor(hub, "viewer", Grant(role="viewer"))

    page = viewer.get(f"/desk/{one}").text

    assert "readonly" in page
    assert 'action="/desk/' not in page.replace(f'action="/desk/{one}/correct"', "")
    assert post_blind(viewer, one, "reject") == 403


def post_blind(who: TestClient, document_id: str, act: str) -> int:
    """Send a form that no page offered; the token is that of any page."""
    token = fields(who.get("/me").text)["form_token"]
    form = {"form_token": token, "revision": "1", "why": "because"}
    answer: Response = who.post(f"/desk/{document_id}/{act}", data=form, follow_redirects=False)
    return answer.status_code


def test_a_page_is_shown_as_a_picture_with_what_is_masked_blacked_out(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / "paper.pdf"
    canvas = Canvas(str(file), pagesize=(595, 842))
    for top, text in enumerate(TEXT_INVOICE.format(number="8").splitlines()):
        canvas.drawString(50, 800 - 20 * top, text)
    canvas.save()
    one = walked(house_of(hub), file)

    def dark(query: str, side: int) -> int:
        answer = anna.get(f"/desk/{one}/pages/1.jpg{query}")
        assert answer.headers["content-type"] == "image/jpeg"
        with Image.open(BytesIO(answer.content)) as shown:
            assert max(shown.size) == side
            return sum(shown.convert("L").histogram()[:40])

    assert dark("", 2000) > 1.2 * dark("?reveal=identity&reveal=bank", 2000)
    for _ in range(2):  # the second time it is kept
        assert dark("?small=1", 180) > 1.2 * dark("?reveal=identity&reveal=bank&small=1", 180)
    assert anna.get(f"/desk/{one}/pages/2.jpg").status_code == 404


def test_a_file_of_which_nobody_knows_where_it_is_cut_can_be_read_page_by_page(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / "bundle.pdf"
    canvas = Canvas(str(file), pagesize=(595, 842))
    for number in (91, 92):
        for top, text in enumerate(TEXT_INVOICE.format(number=number).splitlines()):
            canvas.drawString(50, 800 - 20 * top, text if number == 91 else text[:18])
        canvas.showPage()
    canvas.save()
    house = house_of(hub)
    with file.open("rb") as stream:
        one = intake.accept(house, stream, name=file.name, source="test").document.id
    assert steps.read(house, one, 1)["next"] != "understand"

    page = anna.get(f"/desk/{one}").text
    words = {number: [word[0] for word in anna.get(f"/desk/{one}/pages/{number}/words").json()] for number in (1, 2)}

    assert page.count("small=1") == 2
    assert "Rechnungsdatum:" in words[1]
    assert not any("136695976" in word for word in words[1] + words[2])


def test_a_document_is_said_to_be_something_else_and_waits_or_is_cut_only_as_it_was_seen(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    house = house_of(hub)
    one = fresh(house, tmp_path, old_invoice, "RE-3020")

    assert post(anna, one, "wait", revision=1)[0] == 409
    assert post(anna, one, "split", revision=7, at="2")[0] == 409
    assert post(anna, one, "split", revision=1, at="two")[0] == 422
    assert post(anna, one, "type", revision=1, type="poem")[0] == 409
    assert post(anna, one, "type", revision=1, type="credit_note")[0] == 303
    assert (stored(house, one).revision, stored(house, one).state) == (2, "processing")


def test_several_are_answered_together_and_those_refused_are_named(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    house = house_of(hub)
    passed, approvers = old_invoice(house, tmp_path, "RE-3021"), large_invoice(house, tmp_path, "RE-3022")
    page = anna.get("/desk?view=all")
    assert f'value="{passed}:1"' in page.text
    form = {
        "form_token": fields(page.text)["form_token"],
        "act": "approve",
        "ticked": [f"{one}:1" for one in (passed, approvers, "nothing")],
    }

    answer = anna.post("/desk/together", data=form, follow_redirects=False)

    assert answer.status_code == 409
    assert approvers in answer.text
    assert passed not in answer.text
    assert (stored(house, passed).revision, stored(house, approvers).revision) == (2, 1)


def test_what_each_reading_leads_to_is_told_beside_a_field(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    house = house_of(hub)
    one = old_invoice(house, tmp_path, "RE-3023")
    judged_again(
        house, one, corrections.correct(house, one, [Correction(path="issue_date", value="2021-05-05")], by="bert")
    )

    told = anna.get(f"/desk/{one}/outcomes").json()

    assert list(told) == ["issue_date"]
    assert told["issue_date"]["open"] is True
    assert told["issue_date"]["readings"][0]["value"] == "2021-05-05"
    assert "to 70001 · held by issued_long_ago" in told["issue_date"]["readings"][0]["says"]


def test_the_page_says_what_taught_it_and_an_admin_takes_that_back(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    house = house_of(hub)
    first = walked(house, strange_paper(tmp_path, "NWX-77-A"))
    change = [Correction(path="invoice_number", value="NWX-77-A")]
    judged_again(house, first, corrections.correct(house, first, change, by="bert"))
    second = walked(house, strange_paper(tmp_path, "NWX-78-C"))

    assert 'value="NWX-78-C"' in anna.get(f"/desk/{second}").text
    assert "read as bert taught on" in anna.get(f"/desk/{second}").text
    assert first in anna.get("/desk/learned").text
    token = {"form_token": fields(anna.get("/me").text)["form_token"], "document": first}
    assert anna.post("/desk/learned/refuse", data=token).status_code == 403
    admin = visitor(hub, "admin", Grant(role="integration_admin"))
    token["form_token"] = fields(admin.get("/me").text)["form_token"]
    assert admin.post("/desk/learned/refuse", data=token, follow_redirects=False).status_code == 303
    assert first not in admin.get("/desk/learned").text


def test_a_box_on_a_page_is_read(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    one = walked(house_of(hub), strange_paper(tmp_path, "NWX-79-E"))

    told = anna.get(f"/desk/{one}/pages/1/region?at=145,138,260,155").json()

    assert told["text"] == "NWX-79-E"
    assert anna.get(f"/desk/{one}/pages/1/region?at=1,2,3").status_code == 422
    assert anna.get(f"/desk/{one}/pages/9/region?at=1,2,30,40").status_code == 404


def strange_paper(folder: Path, number: str) -> Path:
    """Draw an invoice whose number stands under a label that no vocabulary knows."""
    file = folder / f"{number}.pdf"
    canvas = Canvas(str(file), pagesize=(595, 842))
    rows = [
        (50, 60, "Northgate Widgets Ltd, 7 Quay Street, Leeds LS1 4AP"), (50, 110, "INVOICE"), (50, 130, "Date"),
        (150, 130, "03 February 2026"), (50, 150, "Zyx code"), (150, 150, number), (50, 200, "Widgets"),
        (400, 200, "120.00"), (300, 240, "Total GBP"), (400, 240, "120.00"), (50, 800, "VAT Reg No GB980780684"),
    ]  # fmt: skip
    for x, top, text in rows:
        canvas.drawString(x, 842 - top, text)
    canvas.save()
    return file


def test_the_match_shows_invoice_order_and_receipt_side_by_side(
    hub: TestClient, anna: TestClient, tmp_path: Path
) -> None:
    house, folder = house_of(hub), tmp_path
    line = {
        "line": "10", "description": "Filter cartridge", "quantity": "4", "unit": "C62", "unit_price": "20.00",
        "receipt_required": "true",
    }  # fmt: skip
    ordered = {"number": "PO-7", "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open", "lines": [line]}
    with transaction(house.engine) as tx:
        masterdata.upsert_orders(tx, [ordered])
        masterdata.upsert_goods_receipts(
            tx, [{"receipt": "GR-7", "line": "1", "number": "PO-7", "order_line": "10", "quantity": "4"}]
        )
    file = ubl_invoice(folder, "RE-3090", price="26.00", net="104.00", tax="19.76", total="123.76")
    end = "</cbc:DocumentCurrencyCode>"
    named = f"{end}<cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>"
    file.write_text(file.read_text(encoding="utf-8").replace(end, named, 1), encoding="utf-8")

    page = anna.get(f"/desk/{walked(house, file)}").text

    grid = page[page.index('class="grid"') :]
    assert "PO-7 / 10" in grid
    assert "GR-7" in grid
    assert '<td class="number off">' in grid
    assert "26.00" in grid[grid.index("number off") :][:120]


def test_a_statement_shows_what_is_known_of_each_position(hub: TestClient, anna: TestClient, tmp_path: Path) -> None:
    house = house_of(hub)
    here = fresh(house, tmp_path, old_invoice, "RE-3100")
    text = (
        f"{VENDOR['name']}\nStatement of account\nVAT no: {VENDOR['tax_id']}\nStatement date: 31 October 2026\nCurrency: EUR\n\n"
        "Date          Type          Document       Amount\n"
        "02/10/2026    Invoice       RE-3100        125.00\n"
        "09/10/2026    Invoice       RE-3199         25.00\n\nBalance due                               150.00\n"
    )
    (tmp_path / "statement.txt").write_text(text, encoding="utf-8")

    one = walked(at_home(house, {}, {}, "vendor_statement@1"), tmp_path / "statement.txt")
    page = anna.get(f"/desk/{one}").text

    table = page[page.index('aria-label="Positions"') :]
    table = table[: table.index("</table>")]
    assert f'href="/desk/{here}"' in table
    assert table.index("differs") < table.index(">missing<")
    assert [one["standing"] for one in anna.get(f"/api/v1/documents/{one}/story").json()["positions"]] == [
        "differs",
        "missing",
    ]
