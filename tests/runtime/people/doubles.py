"""People as tests need them."""

from datetime import timedelta

import pyotp

from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import accounts, entry
from engine.runtime.people.accounts import Hand
from engine.store import ledger
from engine.store.database import reading
from tests.house import StoppedClock

HAND = Hand("root")
DESK = Where(address="192.0.2.7", agent="Browser/1")
PASSWORD = "a sentence that nobody guesses"


def enrolled(house: House, clock: StoppedClock, name: str, *grants: Grant) -> pyotp.TOTP:
    """Add a person who set a password and a second factor; return what shows the codes."""
    accounts.add(house, name, hand=HAND)
    for one in grants:
        accounts.grant(house, name, one, hand=HAND)
    factor = pyotp.TOTP(entry.new_totp())
    link = accounts.link(house, name, hand=HAND)
    entry.with_link(house, link, password=PASSWORD, totp_secret=factor.secret, code=factor.at(clock.now()), where=DESK)
    clock.moment += timedelta(seconds=60)
    return factor


def signed_in(house: House, clock: StoppedClock, name: str, factor: pyotp.TOTP) -> str:
    """Sign a person in and return the session's secret."""
    half = entry.with_password(house, name, PASSWORD, DESK)
    clock.moment += timedelta(seconds=60)
    return entry.with_code(house, half.secret, factor.at(clock.now()), DESK).secret


def told(house: House, kind: str) -> list[dict[str, object]]:
    """Return what the ledger holds of a kind, with who did it."""
    with reading(house.engine) as tx:
        return [{**one.data, "actor": one.actor} for one in ledger.of_house(tx, kind)]
