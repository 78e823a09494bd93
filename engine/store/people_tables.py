"""The tables of people: who may sign in, what they may do, their sessions, and tokens of programs."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table

from engine.store.columns import JsonText, Moment, PlainText

_COUNTER = BigInteger().with_variant(Integer, "sqlite")


def people_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Return `people`, `people_groups`, `group_members` and `grants`."""
    groups = Table(
        "people_groups",
        metadata,
        Column("name", PlainText, primary_key=True),
        Column("made_at", Moment, nullable=False),
    )
    return _people(metadata), groups, _members(metadata), _grants(metadata)


def entry_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table]:
    """Return `sessions`, `service_tokens`, `sign_in_links` and `sign_in_brakes`."""
    links = Table(
        "sign_in_links",
        metadata,
        Column("digest", String(64), primary_key=True),
        Column("person_id", String(32), ForeignKey("people.id"), nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("used_at", Moment),
    )
    brakes = Table(
        "sign_in_brakes",
        metadata,
        Column("key", String(64), primary_key=True),
        Column("failures", Integer, nullable=False),
        Column("last_at", Moment, nullable=False),
        Column("until", Moment),
    )
    return _sessions(metadata), _tokens(metadata), links, brakes


def _people(metadata: MetaData) -> Table:
    return Table(
        "people",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("name", PlainText, nullable=False, unique=True),
        Column("full_name", PlainText, nullable=False),
        Column("email", PlainText, nullable=False),
        Column("language", String(8)),
        Column("is_active", Boolean, nullable=False),
        Column("password_hash", PlainText),
        Column("totp_secret", PlainText),
        Column("totp_step", BigInteger, nullable=False),
        Column("issuer", PlainText),
        Column("subject", PlainText),
        Column("made_at", Moment, nullable=False),
        Index("uq_people_issuer_subject", "issuer", "subject", unique=True),
    )


def _members(metadata: MetaData) -> Table:
    return Table(
        "group_members",
        metadata,
        Column("group_name", PlainText, ForeignKey("people_groups.name"), primary_key=True),
        Column("person_id", String(32), ForeignKey("people.id"), primary_key=True),
        Index(None, "person_id"),
    )


def _grants(metadata: MetaData) -> Table:
    """Return the table of roles held by a person, a group or a token, with what they are held for."""
    return Table(
        "grants",
        metadata,
        Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        Column("holder_kind", String(8), nullable=False),
        Column("holder", PlainText, nullable=False),
        Column("role", String(32), nullable=False),
        Column("team", PlainText),
        Column("types", JsonText, nullable=False),
        Column("entities", JsonText, nullable=False),
        Column("fields", JsonText, nullable=False),
        Index(None, "holder_kind", "holder"),
    )


def _sessions(metadata: MetaData) -> Table:
    return Table(
        "sessions",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("digest", String(64), nullable=False, unique=True),
        Column("person_id", String(32), ForeignKey("people.id"), nullable=False),
        Column("is_whole", Boolean, nullable=False),
        Column("way", String(16), nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("seen_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("ended_at", Moment),
        Column("address", PlainText, nullable=False),
        Column("agent", PlainText, nullable=False),
        Index(None, "person_id", "made_at"),
    )


def _tokens(metadata: MetaData) -> Table:
    return Table(
        "service_tokens",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("digest", String(64), nullable=False, unique=True),
        Column("name", PlainText, nullable=False, unique=True),
        Column("made_by", PlainText, nullable=False),
        Column("made_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("seen_at", Moment),
        Column("address", PlainText, nullable=False),
        Column("revoked_at", Moment),
    )
