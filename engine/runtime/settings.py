"""Settings: the only reader of the process environment and of `.env`."""

import os
from importlib import import_module
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.model.errors import ContentError
from engine.ports import Limits

_CHECKOUT = Path(__file__).resolve().parents[2]
_FOLDERS = ("rules", "mappings", "environments")


class Settings(BaseSettings):
    """What differs from one installation to the next. Every name is read as `POSTROOM_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="POSTROOM_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(Path(".postroom"), description="Data folder: database, blobs, drop folders.")
    content: Path | None = Field(
        None,
        description="Folder with rules/, mappings/ and environments/. Default: the current folder when it holds them, "
        "else the checkout's, else the wheel's.",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL. Default: SQLite in the data folder; PostgreSQL as postgresql://user@host/db."
    )
    blobs_url: str | None = Field(
        None, description="Where bytes are kept, as an fsspec URL. Default: in the data folder."
    )
    env: str = Field("dev", description="Name of the environment file that is in force.")
    api_token: SecretStr | None = Field(
        None, description="Bearer token of the HTTP API. Default: made at first start and kept in the data folder."
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Key that encrypts second factors of people; the same for all processes. Default: made at first start "
        "and kept in the data folder.",
    )
    audit_key: Path | None = Field(
        None,
        description="File with the Ed25519 private key (PEM) that signs lineage bundles. Default: made at first use and kept "
        "in the data folder.",
    )
    session_idle_minutes: int = Field(60, ge=1, description="A session ends after so long without a call.")
    session_hours: int = Field(12, ge=1, description="A session ends after so long in any case.")
    totp_required: bool = Field(True, description="Whether people with a password need a second factor.")
    public_url: str | None = Field(
        None, description="Address under which people reach the pages, such as https://postroom.example.com."
    )
    oidc_issuer: str | None = Field(None, description="Issuer of the OpenID provider by which people sign in.")
    oidc_client_id: str | None = Field(None, description="Our client id at the OpenID provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="Our client secret at the OpenID provider.")
    oidc_name: str = Field("OpenID", description="What the button of the OpenID provider says.")
    oidc_groups_claim: str | None = Field(
        None,
        description="Claim that names a person's groups; with it the provider alone says who is in which group. Default: "
        "groups are managed here.",
    )
    api_calls_per_minute: int = Field(
        3000, ge=1, description="Calls of the API that one caller may make in a minute, all at once if need be."
    )
    log_format: Literal["console", "json"] = Field("console", description="How logs are written (to standard error).")
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="Least severe level logged.")
    concurrency: int = Field(2, ge=1, le=64, description="Documents that one worker processes at the same time.")
    posting_concurrency: int = Field(
        8, ge=1, le=64, description="Calls to targets that one worker makes at the same time."
    )
    heartbeat_seconds: float = Field(5.0, gt=0, description="How often a worker says that it lives.")
    dead_after_seconds: float = Field(30.0, gt=0, description="Silence after which a worker's work is taken over.")
    retry_pauses_seconds: tuple[int, ...] = Field(
        (5, 60, 300), description="Waits between durable tries of a target that is down; after the last, parked."
    )
    max_bytes: int = Field(100 * 1024 * 1024, gt=0, description="Largest document accepted.")
    max_pages: int = Field(2000, gt=0, description="Most pages of one document.")
    max_pixels: int = Field(120_000_000, gt=0, description="Most pixels of one image.")
    max_xml_bytes: int = Field(20 * 1024 * 1024, gt=0, description="Largest XML document.")
    max_parts: int = Field(200, gt=0, description="Most attachments of one mail.")
    ocr_engine: str = Field(
        "rapidocr", description="Plug that recognises text first; the others look at pages that it reads badly."
    )
    separator_codes: tuple[str, ...] = Field(
        ("PATCH", "DOC-SEP", "DOCSEP", "SEPARATOR", "TRENNBLATT", "POSTROOM-SEP"),
        description="How the text of a barcode that separates documents in a bundle begins.",
    )
    ocr_processes: int = Field(2, ge=1, le=64, description="Pages read by OCR at the same time.")
    ocr_timeout_seconds: int = Field(120, gt=0, description="Longest time for one page of OCR.")
    reading_cache_mb: int = Field(
        1024, ge=0, description="Disk space for pages already read by OCR, so that none is read twice; 0 keeps none."
    )

    def limits(self) -> Limits:
        """Return the bounds on input."""
        return Limits(**{name: getattr(self, name) for name in Limits.model_fields if name in type(self).model_fields})

    def content_folder(self) -> Path:
        """Return the folder of the written knowledge. Raises ContentError when there is none."""
        places = [self.content] if self.content else [Path.cwd(), _CHECKOUT, _CHECKOUT / "postroom_content"]
        for place in places:
            if all((place / folder).is_dir() for folder in _FOLDERS):
                return place
        raise ContentError(
            f"no folder with {', '.join(_FOLDERS)} found; set POSTROOM_CONTENT", file=", ".join(map(str, places))
        )

    def sql_url(self) -> str:
        """Return the database URL with the driver that we use."""
        if self.database_url is None:
            return f"sqlite:///{self.home.resolve() / 'postroom.sqlite'}"
        for prefix in ("postgresql://", "postgres://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    def workflow_url(self) -> str:
        """Return where DBOS keeps its workflows: a second SQLite file, or the same PostgreSQL (schema `dbos`)."""
        url = self.sql_url()
        if url.startswith("sqlite"):
            return url.removesuffix(".sqlite") + "-workflows.sqlite"
        return url


def secret(reference: object) -> str:
    """Resolve `{env: NAME}`, `{file: PATH}` or `{keyring: service/name}`. Raises LookupError naming what is missing."""
    if isinstance(reference, dict) and set(reference) == {"env"}:
        value = os.environ.get(str(reference["env"]))
        if value is None:
            raise LookupError(f"environment variable {reference['env']} is not set")
        return value
    if isinstance(reference, dict) and set(reference) == {"file"}:
        path = Path(str(reference["file"])).expanduser()
        if not path.is_file():
            raise LookupError(f"file {path} is not there")
        return path.read_text(encoding="utf-8").strip()
    if isinstance(reference, dict) and set(reference) == {"keyring"}:
        return _kept(str(reference["keyring"]))
    raise LookupError("a credential reference is {env: NAME}, {file: PATH} or {keyring: service/name}")


def _kept(place: str) -> str:
    """Return what the keyring of the operating system holds. Its library is asked for only where a binding needs it."""
    service, slash, name = place.rpartition("/")
    if not slash or not service or not name:
        raise LookupError(f"{place!r} is no entry of a keyring; write service/name")
    try:
        keyring = import_module("keyring")
    except ImportError as e:
        raise LookupError(
            f"the keyring entry {place} needs the library keyring: pip install 'postroom[keyring]'"
        ) from e
    try:
        value = keyring.get_password(service, name)
    except keyring.errors.KeyringError as e:
        raise LookupError(f"the keyring of this machine cannot be asked for {place}: {e}") from e
    if value is None:
        raise LookupError(f"the keyring of this machine has no entry {place}")
    return str(value)
