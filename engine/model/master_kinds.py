"""Every kind of master data, described once; tables, checks, import and documentation follow from it."""

from engine.model.masterdata import Column, Kind


def _text(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name=name, meaning=meaning, required=required)


def _decimal(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name=name, meaning=meaning, type="decimal", required=required)


def _date(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name=name, meaning=meaning, type="date", required=required)


def _flag(name: str, meaning: str) -> Column:
    return Column(name=name, meaning=meaning, type="boolean")


def _choice(name: str, meaning: str, *choices: str) -> Column:
    return Column(name=name, meaning=meaning, type="choice", choices=choices)


def _currency(meaning: str, name: str = "currency", *, required: bool = False) -> Column:
    return Column(name=name, meaning=meaning, type="currency", required=required)


def _unit(meaning: str, name: str = "unit", *, required: bool = False) -> Column:
    return Column(name=name, meaning=meaning, type="unit", required=required)


_COUNTRY = Column(name="country", meaning="Country, ISO 3166 alpha-2.", type="country")
_VALIDITY = (_date("valid_from", "First day it counts."), _date("valid_to", "Last day it counts."))
_ENTITY = _text("entity", "Code of our company; empty: all of them.")

_PARTY = (
    _text("name", "Name as registered.", required=True),
    _text("tax_id", "VAT or tax number; several separated by `;`."),
    _text("registration_id", "Number in the register of companies."),
    _text("iban", "Bank accounts; several separated by `;`."),
    _text("email", "Addresses or domains; several separated by `;`."),
    _text("street", "Street and number."),
    _text("postcode", "Postcode."),
    _text("city", "City."),
    _COUNTRY,
    _currency("Currency it is billed in, ISO 4217."),
    _text("payment_terms", "Code of the payment terms."),
    _text("gl_account", "Account that its documents are posted to by default."),
    _text("cost_centre", "Cost centre by default."),
    _text("tax_code", "Tax code by default."),
)
_PARTY_MORE = (
    _text("group", "Group it belongs to, for thresholds and tolerances."),
    _text("phone", "Telephone."),
    _text("website", "Web site."),
    _text("parent_id", "Id of the company it belongs to."),
    _choice("status", "Whether business is done with it; empty: open.", "open", "blocked", "closed"),
)

VENDORS = Kind(
    name="vendors", title="Vendors", table="vendors", key=("id",),
    columns=(_text("id", "Number in the system of record.", required=True), *_PARTY, *_PARTY_MORE),
    mentions=(("payment_terms", "payment_terms"),),
)  # fmt: skip
CUSTOMERS = Kind(
    name="customers", title="Customers", table="customers", key=("id",),
    columns=(_text("id", "Number in the system of record.", required=True), *_PARTY, *_PARTY_MORE),
    mentions=(("payment_terms", "payment_terms"),), search=("tax_id",),
)  # fmt: skip
CONTACTS = Kind(
    name="contacts", title="Contacts", table="contacts", key=("id",), search=("party_id", "email"),
    columns=(
        _text("id", "Number in the system of record.", required=True),
        _choice("party", "What it is a contact of.", "vendor", "customer", "own"),
        _text("party_id", "Id of that vendor or customer."),
        _text("name", "First and last name.", required=True),
        _text("email", "Address."),
        _text("phone", "Telephone."),
        _text("role", "What the person does there."),
    ),
)  # fmt: skip
ITEMS = Kind(
    name="items", title="Items", table="items", key=("code",), search=("gtin",),
    columns=(
        _text("code", "Our own item number.", required=True),
        _text("description", "What it is."),
        _text("gtin", "GTIN of the base unit."),
        _unit("Base unit, UN/ECE Recommendation 20."),
        _text("group", "Item group, for tolerances and accounts."),
        _text("gl_account", "Account."),
        _text("tax_code", "Tax code."),
        _choice("status", "Whether it is still bought; empty: open.", "open", "blocked", "closed"),
    ),
)  # fmt: skip
ITEM_UNITS = Kind(
    name="item_units", title="Units of items", table="item_units", key=("item_code", "unit"), search=("gtin",),
    columns=(
        _text("item_code", "Our own item number.", required=True),
        _unit("Another unit that it is ordered or billed in.", required=True),
        _decimal("factor", "How many base units are in one: 12 for a case of 12.", required=True),
        _text("gtin", "GTIN of that package."),
    ),
    mentions=(("items", "item_code"),),
)  # fmt: skip
ITEM_REFERENCES = Kind(
    name="item_references", title="Suppliers' item numbers", table="item_references",
    key=("vendor_id", "supplier_item_code"), search=("item_code",),
    columns=(
        _text("vendor_id", "Vendor.", required=True),
        _text("supplier_item_code", "The vendor's item number.", required=True),
        _text("item_code", "Our own item number.", required=True),
        _text("gtin", "GTIN as this vendor packs it."),
        _text("description", "What the vendor calls it."),
        _unit("Unit that the vendor bills in."),
    ),
    mentions=(("vendors", "vendor_id"), ("items", "item_code")),
)  # fmt: skip
CUSTOMER_ITEMS = Kind(
    name="customer_items", title="Customers' item numbers", table="customer_items",
    key=("customer_id", "customer_item_code"), search=("item_code",),
    columns=(
        _text("customer_id", "Customer.", required=True),
        _text("customer_item_code", "The customer's item number.", required=True),
        _text("item_code", "Our own item number.", required=True),
        _text("description", "What the customer calls it."),
        _unit("Unit that the customer orders it in."),
    ),
    mentions=(("customers", "customer_id"), ("items", "item_code")),
)  # fmt: skip
SALES_PRICES = Kind(
    name="sales_prices", title="Price list", table="sales_prices",
    key=("item_code", "customer_id", "group", "currency", "unit", "min_quantity", "valid_from"),
    columns=(
        _text("item_code", "Our own item number.", required=True),
        _text("customer_id", "Customer that it was agreed with; empty: everybody, or `group`."),
        _text("group", "Group of customers that it counts for."),
        _currency("Currency, ISO 4217.", required=True),
        _unit("Unit that the price is for; empty: the base unit of the item."),
        _decimal("min_quantity", "Quantity in that unit from which it counts; empty: any."),
        *_VALIDITY,
        _decimal("unit_price", "Net price of `price_base` units.", required=True),
        _decimal("price_base", "How many units the price is for; empty: 1."),
    ),
    mentions=(("items", "item_code"), ("customers", "customer_id")),
)  # fmt: skip
ORDERS = Kind(
    name="orders", title="Purchase orders", table="orders", key=("number",), search=("vendor_id",),
    columns=(
        _text("number", "Order number.", required=True),
        _text("vendor_id", "Vendor.", required=True),
        _currency("Currency of prices and amounts, ISO 4217."),
        _decimal("total", "Net total ordered."),
        _text("status", "`open`, `closed`, `cancelled` or `blocked`; empty: open; anything else: other."),
        _choice("kind", "Empty: standard.", "standard", "blanket", "service"),
        _decimal("limit", "Amount limit of a blanket order."),
        *_VALIDITY,
        _text("entity", "Code of our company that ordered."),
        _text("payment_terms", "Code of the payment terms."),
    ),
    mentions=(("vendors", "vendor_id"), ("payment_terms", "payment_terms")),
)  # fmt: skip
ORDER_LINES = Kind(
    name="order_lines", title="Lines of purchase orders", table="order_lines", key=("number", "line"),
    columns=(
        _text("number", "Order number.", required=True),
        _text("line", "Number of the line.", required=True),
        _text("item_code", "Our own item number."),
        _text("description", "What is ordered."),
        _decimal("quantity", "Quantity ordered in `unit`; empty for a line ordered by amount alone."),
        _unit("Unit, UN/ECE Recommendation 20."),
        _decimal("unit_price", "Net price of `price_base` units."),
        _text("supplier_item_code", "The vendor's item number."),
        _text("gtin", "GTIN."),
        _decimal("price_base", "How many units the price is for; empty: 1."),
        _unit("Unit of the price where it is another than that of the line.", "price_unit"),
        _decimal("amount", "Net amount ordered."),
        _decimal("received", "Received so far, in `unit`; goods receipts that are imported count before it."),
        _decimal("accepted", "Accepted after inspection so far; empty where nothing is inspected."),
        _decimal("billed_quantity", "Billed so far as the system of record knows it, in `unit`."),
        _decimal("billed_amount", "Billed so far as the system of record knows it."),
        _flag("receipt_required", "Whether only what was received may be billed; empty: where receipts are known."),
        _flag("inspection_required", "Whether only what was accepted may be billed; empty: false."),
        _date("delivery_date", "Day of delivery that was agreed."),
        _decimal("tax_rate", "Rate of tax in percent."),
    ),
    parent=("orders", "number"), mentions=(("items", "item_code"),),
)  # fmt: skip
GOODS_RECEIPTS = Kind(
    name="goods_receipts", title="Lines of goods receipts", table="goods_receipts", key=("receipt", "line"),
    columns=(
        _text("receipt", "Number of the goods receipt.", required=True),
        _text("line", "Number of the line.", required=True),
        _text("number", "Number of the purchase order.", required=True),
        _text("order_line", "Line of the purchase order.", required=True),
        _decimal("quantity", "Quantity in `unit`; negative for a return.", required=True),
        _unit("Unit; empty: that of the order line."),
        _decimal("accepted", "Accepted after inspection; empty where nothing is inspected."),
        _text("delivery_note", "Number of the vendor's delivery note."),
        _date("received_on", "Day it was received."),
        _decimal("billed_quantity", "Billed so far as the system of record knows it."),
    ),
    mentions=(("orders", "number"),), search=("delivery_note",),
)  # fmt: skip
CONTRACTS = Kind(
    name="contracts", title="Contracts", table="contracts", key=("number",), search=("party_id",),
    columns=(
        _text("number", "Contract number.", required=True),
        _choice("party", "Whom it is with.", "vendor", "customer"),
        _text("party_id", "Id of that vendor or customer.", required=True),
        _text("title", "What it is about."),
        _currency("Currency, ISO 4217."),
        _decimal("amount", "Amount of one period."),
        _choice("period", "How often it is billed.", "once", "monthly", "quarterly", "half_yearly", "yearly"),
        _decimal("limit", "Amount limit over the whole life."),
        *_VALIDITY,
        _text("entity", "Code of our company."),
        _text("payment_terms", "Code of the payment terms."),
        _choice("status", "Empty: open.", "open", "closed", "cancelled", "blocked"),
    ),
)  # fmt: skip
GL_ACCOUNTS = Kind(
    name="gl_accounts", title="G/L accounts", table="gl_accounts", key=("number", "entity"),
    columns=(
        _text("number", "Account number.", required=True), _ENTITY, _text("name", "What is booked there."),
        _choice("type", "Kind of account.", "asset", "liability", "equity", "income", "expense"),
        _choice("status", "Empty: open.", "open", "blocked"), *_VALIDITY,
    ),
)  # fmt: skip
COST_CENTRES = Kind(
    name="cost_centres", title="Cost centres", table="cost_centres", key=("code", "entity"),
    columns=(
        _text("code", "Code.", required=True), _ENTITY, _text("name", "What it is."),
        _text("owner", "Who answers for it."), _choice("status", "Empty: open.", "open", "blocked"), *_VALIDITY,
    ),
)  # fmt: skip
TAX_CODES = Kind(
    name="tax_codes", title="Tax codes", table="tax_codes", key=("code", "entity", "valid_from"),
    columns=(
        _text("code", "Code in the system of record.", required=True), _ENTITY,
        _text("name", "What it means."), _COUNTRY,
        _decimal("rate", "Rate in percent.", required=True),
        _text("category", "Category of tax, UNCL 5305: `S`, `Z`, `E`, `AE`, `K`, `G`, `O`."),
        _choice("direction", "Which tax it is.", "input", "output"), *_VALIDITY,
    ),
)  # fmt: skip
PAYMENT_TERMS = Kind(
    name="payment_terms", title="Payment terms", table="payment_terms", key=("code",),
    columns=(
        _text("code", "Code.", required=True), _text("text", "As it is written: `2 % 10, net 30`."),
        Column(name="due_days", meaning="Days until it is due.", type="integer"),
        _flag("end_of_month", "Whether the days count from the end of the month."),
        Column(name="discount_days", meaning="Days within which the discount counts.", type="integer"),
        _decimal("discount_percent", "Discount for paying early."),
        Column(name="second_discount_days", meaning="Days of a second step.", type="integer"),
        _decimal("second_discount_percent", "Discount of a second step."),
    ),
)  # fmt: skip
EXCHANGE_RATES = Kind(
    name="exchange_rates", title="Exchange rates", table="exchange_rates",
    key=("from_currency", "to_currency", "rate_type", "date"),
    columns=(
        _currency("Currency that is converted.", "from_currency", required=True),
        _currency("Currency that it is converted into.", "to_currency", required=True),
        _text("rate_type", "Kind of rate, where several are kept; empty: the rate."),
        _date("date", "First day that the rate counts; it counts until the next.", required=True),
        _decimal("rate", "Units of `to_currency` for `per` units of `from_currency`.", required=True),
        _decimal("per", "How many units of `from_currency` the rate is for; empty: 1."),
    ),
)  # fmt: skip

SCREENING = Kind(
    name="screening", title="Lists of sanctions", table="screening", key=("id",),
    columns=(
        _text("id", "Number of the entry, unique over all lists: `EU-1234`; an alias has one of its own.", required=True),
        _text("name", "Name, in the spelling that is compared.", required=True),
        _text("list", "Which list it stands on: of an authority, or one of your own.", required=True),
        _date("as_of", "Day of the list; every row of one import has the same.", required=True),
        _COUNTRY,
        _text("reason", "Programme or ground."),
    ),
)  # fmt: skip

KINDS: tuple[Kind, ...] = (
    VENDORS, CUSTOMERS, CONTACTS, ITEMS, ITEM_UNITS, ITEM_REFERENCES, CUSTOMER_ITEMS, SALES_PRICES, ORDERS, ORDER_LINES, GOODS_RECEIPTS, CONTRACTS,
    GL_ACCOUNTS, COST_CENTRES, TAX_CODES, PAYMENT_TERMS, EXCHANGE_RATES, SCREENING,
)  # fmt: skip


def kind(name: str) -> Kind:
    """Return a kind by its name. Raises LookupError that names all of them."""
    found = next((one for one in KINDS if one.name == name), None)
    if found is None:
        raise LookupError(f"no kind of master data {name!r}; there are: {', '.join(one.name for one in KINDS)}")
    return found
