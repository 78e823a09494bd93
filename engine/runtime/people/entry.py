"""Signing in: a password, then a code; or the word of an OpenID provider; or a link that is good once."""

from typing import NamedTuple

import pyotp

from engine.model.errors import PostroomError
from engine.model.person import Person, Where
from engine.runtime.house import House
from engine.runtime.people import brake, secrets, stay
from engine.runtime.people.accounts import Hand, note
from engine.store import people, sessions
from engine.store.database import reading, transaction

ISSUER = "Postroom"
"""What authenticator apps show."""
_WRONG = "The name or the password is wrong."


class NotLetIn(PostroomError):
    """Somebody was not let in; the message is for the person at the door and tells no more than it must.

    `sentence` is the message before its values were filled in, for the catalogues.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class Entered(NamedTuple):
    """A session that was begun: its secret, and whether a code is still asked for."""

    secret: str
    needs_code: bool


def with_password(house: House, name: str, password: str, where: Where) -> Entered:
    """Begin a session with a password. Raises NotLetIn; wrong names and wrong passwords are told apart by nobody."""
    spelled = name.strip().casefold()[:200]
    _refuse_held(house, [(brake.NAME, spelled), (brake.ADDRESS, where.address)])
    is_braked = brake.count(house, [(brake.NAME, spelled), (brake.ADDRESS, where.address)])
    with reading(house.engine) as tx:
        person = people.named(tx, spelled)
        kept = people.proof(tx, person.id) if person else None
    is_right = secrets.is_password(password, kept.password_hash if kept else None)
    if person is None or kept is None or not is_right or not person.is_active:
        _failed(house, spelled, where, is_braked=is_braked)
        raise NotLetIn(_WRONG)
    brake.release(house, brake.NAME, spelled)
    brake.forgive(house, brake.ADDRESS, where.address)
    if person.has_totp:
        return Entered(stay.begin(house, person, where, way="password", is_whole=False), needs_code=True)
    if house.settings.totp_required:
        raise NotLetIn("You have no second factor yet. Ask who manages people for a link.")
    if kept.password_hash is not None and secrets.is_old(kept.password_hash):
        _rehash(house, person, password)
    return Entered(stay.begin(house, person, where, way="password"), needs_code=False)


def with_code(house: House, half: str, code: str, where: Where) -> Entered:
    """Finish a session that waits for a code; it gets a new secret. Raises NotLetIn."""
    person = stay.waiting(house, half)
    if person is None:
        raise NotLetIn("That took too long. Begin again.")
    _refuse_held(house, [(brake.CODE, person.id)])
    is_braked = brake.count(house, [(brake.CODE, person.id)])
    if not _takes(house, person, code):
        _failed(house, person.name, where, is_braked=is_braked)
        raise NotLetIn("The code is wrong, or was used already. Wait for the next one.")
    brake.release(house, brake.CODE, person.id)
    stay.end_half(house, half)
    return Entered(stay.begin(house, person, where, way="password"), needs_code=False)


def with_link(
    house: House, link: str, *, password: str, totp_secret: str | None, code: str, where: Where
) -> Entered:  # fmt: skip
    """Set a password and a second factor with a link, and begin a session. Raises NotLetIn; the link stays good then."""
    person = of_link(house, link)
    if wrong := secrets.complaint(password, name=person.name):
        raise NotLetIn(wrong)
    step = 0
    if totp_secret is not None:
        step = _step_of(totp_secret, code, house) or 0
        if not step:
            raise NotLetIn(
                "The code does not fit. Look whether the clock of the device is right, and type the next one."
            )
    elif house.settings.totp_required:
        raise NotLetIn("A second factor is needed.")
    sealed = secrets.seal(house.settings, totp_secret) if totp_secret is not None else None
    hashed, now = secrets.hashed(password), house.clock.now()
    with transaction(house.engine) as tx:
        if not sessions.use_link(tx, secrets.digest(link), now):
            raise NotLetIn(_SPENT)
        people.change(tx, person.id, password_hash=hashed, totp_secret=sealed, totp_step=step)
        sessions.end(tx, person.id, now)
        note(
            tx, house, Hand(person.name, where), "sign_in_set",
            {"person": person.name, "second_factor": sealed is not None},
        )  # fmt: skip
    return Entered(stay.begin(house, person, where, way="link"), needs_code=False)


def of_link(house: House, link: str) -> Person:
    """Return whose link it is. Raises NotLetIn when it is not good any more."""
    with reading(house.engine) as tx:
        person_id = sessions.person_of_link(tx, secrets.digest(link), house.clock.now())
        person = people.get(tx, person_id) if person_id else None
    if person is None or not person.is_active:
        raise NotLetIn(_SPENT)
    return person


_SPENT = "This link was used already or is too old. Ask for a new one."


def new_totp() -> str:
    """Return a new secret for an authenticator app (base32, 160 bits)."""
    return pyotp.random_base32()


def totp_address(secret: str, person: Person) -> str:
    """Return the `otpauth:` address of a secret, as authenticator apps read it from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.name, issuer_name=ISSUER)


def _takes(house: House, person: Person, code: str) -> bool:
    """Tell whether a code is right now and was not taken before; it is taken by that."""
    with transaction(house.engine) as tx:
        kept = people.proof(tx, person.id, held=True)
        if kept.totp_secret is None:
            return False
        step = _step_of(secrets.unseal(house.settings, kept.totp_secret), code, house)
        if step is None or step <= kept.totp_step:
            return False
        people.change(tx, person.id, totp_step=step)
    return True


def _step_of(secret: str, code: str, house: House) -> int | None:
    """Return the time step (RFC 6238, 30 s) whose code this is: the present one or a neighbour, or None."""
    totp = pyotp.TOTP(secret)
    now = int(house.clock.now().timestamp()) // totp.interval
    given = "".join(code.split())
    return next(
        (one for one in (now, now - 1, now + 1) if pyotp.utils.strings_equal(given, totp.generate_otp(one))), None
    )


def _rehash(house: House, person: Person, password: str) -> None:
    hashed = secrets.hashed(password)
    with transaction(house.engine) as tx:
        people.change(tx, person.id, password_hash=hashed)


def _refuse_held(house: House, tries: list[tuple[brake.Kind, str]]) -> None:
    until = max((one for kind, who in tries if (one := brake.held_until(house, kind, who))), default=None)
    if until is not None:
        minutes = max(1, round((until - house.clock.now()).total_seconds() / 60))
        raise NotLetIn("Too many tries. Try again in %(minutes)s min.", minutes=minutes)


def _failed(house: House, name: str, where: Where, *, is_braked: bool) -> None:
    with transaction(house.engine) as tx:
        kind = "sign_in_braked" if is_braked else "sign_in_failed"
        note(tx, house, Hand("nobody", where), kind, {"name": name[:100]})
