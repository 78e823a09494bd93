"""Columns of the Sales tables, as a stand-in checks them (Microsoft Dataverse table reference)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its type, and how long a text may be."""

    type: str = "text"
    longest: int = 100


def _texts(names: str, longest: int = 100) -> dict[str, Column]:
    return {name: Column(longest=longest) for name in names.split()}


def _of(type_: str, names: str) -> dict[str, Column]:
    return {name: Column(type_) for name in names.split()}


_PERSON = (
    _texts("firstname lastname", 50) | _texts("jobtitle emailaddress1", 100) | _texts("telephone1", 50)
    | _texts("mobilephone", 20) | _texts("address1_line1", 250) | _texts("address1_postalcode", 20)
    | _texts("address1_city address1_country", 80) | _texts("description", 2000)
    | _of("bool", "donotemail donotbulkemail donotphone")
)  # fmt: skip
COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "accounts": (
        _texts("name", 160) | _texts("accountnumber", 20) | _texts("emailaddress1 telephone1 address1_line1 address1_city")
        | _texts("address1_postalcode", 20) | _texts("address1_country", 80) | _texts("websiteurl", 200)
        | _texts("description", 2000) | _of("number", "revenue creditlimit numberofemployees") | _of("guid", "accountid")
    ),
    "contacts": _PERSON | _of("guid", "contactid"),
    "leads": (
        _PERSON | _texts("subject", 300) | _texts("companyname", 100) | _texts("websiteurl", 200)
        | _of("number", "revenue estimatedamount leadsourcecode") | _of("guid", "leadid")
    ),
    "opportunities": (
        _texts("name", 300) | _texts("description", 2000) | _texts("customerneed", 2000) | _texts("new_dealnumber", 100)
        | _of("number", "estimatedvalue budgetamount closeprobability") | _of("date", "estimatedclosedate")
        | _of("guid", "opportunityid")
    ),
    "salesorders": (
        _texts("name", 300) | _texts("ordernumber", 100) | _texts("description", 2000)
        | _of("number", "discountamount freightamount") | _of("date", "requestdeliveryby") | _of("guid", "salesorderid")
    ),
    "order_details": (
        _texts("productdescription", 500) | _texts("description", 2000) | _of("bool", "isproductoverridden ispriceoverridden")
        | _of("number", "quantity priceperunit tax manualdiscountamount") | _of("guid", "salesorderdetailid")
    ),
    "tasks": (
        _texts("subject", 400) | _texts("description", 2000) | _of("moment", "scheduledend scheduledstart")
        | _of("number", "prioritycode actualdurationminutes") | _of("guid", "activityid")
    ),
    "annotations": (
        _texts("subject", 500) | _texts("notetext", 100_000) | _texts("filename", 255) | _texts("mimetype", 256)
        | _texts("documentbody", 200_000_000) | _of("bool", "isdocument") | _of("guid", "annotationid")
    ),
}  # fmt: skip
PRIMARY = {
    "accounts": "accountid", "contacts": "contactid", "leads": "leadid", "opportunities": "opportunityid",
    "salesorders": "salesorderid", "tasks": "activityid", "annotations": "annotationid",
}  # fmt: skip
ALTERNATE = {
    "accounts": ("accountnumber",), "contacts": ("emailaddress1",), "salesorders": ("ordernumber",),
    "opportunities": ("new_dealnumber",),
}  # fmt: skip
"""Those that mappings ask an admin to define; `new_dealnumber` is a column of the organisation's own."""
REQUIRED = {
    "accounts": ("name",),
    "contacts": ("lastname",),
    "leads": ("subject",),
    "opportunities": ("name",),
    "salesorders": ("name",),
    "tasks": ("subject",),
}
REFERENCES: Mapping[str, tuple[str, ...]] = {
    "contacts": ("parentcustomerid_account",), "opportunities": ("customerid_account", "parentaccountid"),
    "salesorders": ("customerid_account", "transactioncurrencyid"), "tasks": ("regardingobjectid_account", "regardingobjectid_opportunity"),
    "annotations": ("objectid_account", "objectid_opportunity", "objectid_salesorder"), "leads": (), "accounts": (), "order_details": (),
}  # fmt: skip
