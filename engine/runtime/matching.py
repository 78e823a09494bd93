"""Looks up who and what a document means: its vendor, customer or account, the order it names, what else a flow asks for."""

from engine.content.flow import Flow
from engine.model.record import Match, Record
from engine.runtime import questions
from engine.runtime.house import House
from engine.runtime.witness import Witness
from engine.stages.match import match_order, match_vendor, order_numbers
from engine.stages.parties.accounts import NUMBER as ACCOUNT_NUMBER
from engine.stages.parties.accounts import match_account
from engine.stages.parties.customers import NUMBER, match_customer
from engine.stages.parties.signals import BUYER, VENDOR, Side
from engine.stages.reconcile import asked as asked_positions
from engine.stages.reconcile import reconcile
from engine.stages.screen import names_of
from engine.stages.selling import printed_numbers, selling
from engine.store.as_of import Asked


def match(house: House, record: Record, flow: Flow, *, witness: Witness) -> dict[str, Match]:
    """Look up who and what is meant: whose document it is (the vendor, or the customer who ordered), and the order it names."""
    policy, model = house.library.rulesets[flow.ruleset].match, house.library.parties
    if "account" in flow.matches:
        return _match_account(house, record, flow, witness)
    is_customers = "customer" in flow.matches
    side = BUYER if is_customers else VENDOR
    asked, number = asked_of(record, side), record.value(NUMBER)
    with witness.at_once():
        parties = witness.ask(questions.customers(asked, number) if is_customers else questions.vendors(asked))
        orders = witness.ask(questions.named_orders(order_numbers(record)))
    party = (match_customer if is_customers else match_vendor)(record, candidates=parties, policy=policy, model=model)
    order = match_order(record, candidates=orders, vendor=party)
    if "posted" in flow.matches and party.outcome == "one":
        there = witness.ask(questions.posted(asked_positions(record, vendor=party)))
        order = order.model_copy(update={"positions": reconcile(record, there)})
    if "items" in flow.matches:
        known = witness.ask(questions.catalogue(printed_numbers(record), party))
        party = party.model_copy(update={"selling": selling(record, known)})
    if "screening" in flow.matches:
        screened = questions.screened(names_of(record), likeness=policy.name_score, on=house.clock.now().date())
        party = party.model_copy(update={"screening": witness.ask(screened)})
    return {"vendor": party, "purchase_order": order}


def _match_account(house: House, record: Record, flow: Flow, witness: Witness) -> dict[str, Match]:
    policy, model = house.library.rulesets[flow.ruleset].match, house.library.parties
    with witness.at_once():
        number = record.value(ACCOUNT_NUMBER)
        vendors = witness.ask(questions.numbered_vendors(asked_of(record, VENDOR), number))
        customers = witness.ask(questions.customers(asked_of(record, BUYER), number))
    party = match_account(record, vendors=vendors, customers=customers, policy=policy, model=model)
    return {"vendor": party, "purchase_order": Match(kind="purchase_order", outcome="not_asked")}


def asked_of(record: Record, side: Side) -> Asked:
    """Return what a record says of a party, to look for it."""
    said = {name: side.said(record, name) or None for name in ("tax_id", "registration_id", "iban", "name", "address")}
    domain = side.said(record, "email").rpartition("@")[2] or None
    return Asked(
        tax_id=said["tax_id"], registration_id=said["registration_id"], iban=said["iban"], email_domain=domain,
        name=said["name"], address=said["address"],
    )  # fmt: skip
