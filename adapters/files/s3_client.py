"""Calls to an object store, sorted by what became of them."""

import contextlib
import errno
import functools
import logging
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
)
from botocore.response import URLLib3ProtocolError, URLLib3ReadTimeoutError

from adapters.files.settings import FilesSettings
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised

_UNSENT = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
_NO_KEYS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)
_BROKEN = (URLLib3ProtocolError, URLLib3ReadTimeoutError)
"""An error whose words broke off: botocore reads those of downloads where it translates nothing."""
_MISSING, _CONFLICT, _PRECONDITION, _THROTTLED = 404, 409, 412, 429
_SLOW = frozenset({"SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException", "RequestLimitExceeded"})
_CLIENT_ERRORS, _SERVER_ERRORS = 400, 500
_MOVED = (300, 400)
_HIDDEN = "[redacted]"


class Elsewhere(Exception):
    """The answer leads to another address. The call was not carried out here; nobody follows it."""


def client(settings: FilesSettings, *, tries: int) -> Any:
    """Return a client of the store. Without `username` the machine's own role signs in (botocore's usual places)."""
    # at DEBUG it writes the headers of every call, signatures and session tokens among them
    logging.getLogger("botocore").setLevel(logging.INFO)
    session = botocore.session.Session()
    session.register_component("data_loader", _descriptions())
    # before botocore's own: it asks a log-in page for the bucket's region, and is led there again, without end
    session.get_component("event_emitter").register_first("needs-retry.s3", _refuse_other_places)
    return session.create_client(
        "s3",
        endpoint_url=settings.url or None,
        region_name=settings.region,
        aws_access_key_id=settings.username or None,
        aws_secret_access_key=settings.password or None,
        verify=settings.ca_file,
        config=Config(
            connect_timeout=min(10, settings.timeout_seconds),
            read_timeout=settings.timeout_seconds,
            retries={"mode": "standard", "total_max_attempts": tries},
            # stores with an address of their own rarely have a host name for each bucket
            s3={"addressing_style": "path" if settings.url else "auto"},
            # checksums beyond MD5 are refused by older stores; what was written is looked at afterwards
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            signature_version="s3v4",
            # what stands in this machine's environment for other programs leads nowhere else
            ignore_configured_endpoint_urls=True,
        ),
    )


def _refuse_other_places(response: Any = None, **_: Any) -> None:
    """Raise Elsewhere for a redirection that does not name a region, as those of a store do."""
    if response is None or not _MOVED[0] <= response[0].status_code < _MOVED[1]:
        return
    told = response[1]
    headers = told.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if "x-amz-bucket-region" not in headers and not told.get("Error", {}).get("Region"):
        raise Elsewhere


@functools.cache
def _descriptions() -> Any:
    """Return what knows the services, read once: it is megabytes of JSON."""
    return botocore.session.Session().get_component("data_loader")


@contextlib.contextmanager
def sorted_errors(settings: FilesSettings, path: str, *, is_effect: bool = False) -> Iterator[None]:
    """Turn errors of the library into what the caller does next.

    `is_effect`: whatever is lost after the request may have left is Ambiguous, else Transient. A missing key is
    FileNotFoundError, a condition that does not hold is FileExistsError.
    """
    lost = Ambiguous if is_effect else Transient
    name = settings.bucket
    try:
        yield
    except ClientError as e:
        raise _refused(e, settings, path, lost) from e
    except _NO_KEYS as e:
        raise Unauthorised(f"There are no credentials for the bucket {name}.", detail=repr(e)) from e
    except _UNSENT as e:
        raise Transient(f"The store of the bucket {name} cannot be reached.", detail=_hide(repr(e), settings)) from e
    except SSLError as e:
        is_stranger = "CERTIFICATE_VERIFY_FAILED" in str(e)
        kind = Unauthorised if is_stranger else lost
        raise kind(f"The store of the bucket {name} is not trusted.", detail=_hide(repr(e), settings)) from e
    except Elsewhere as e:
        raise Unauthorised("The store sent us elsewhere: the address is wrong.", detail=path) from e
    except (BotoCoreError, OSError, *_BROKEN) as e:
        if isinstance(e, FileNotFoundError | FileExistsError):
            raise
        raise lost(f"The store of the bucket {name} gave no answer.", detail=_hide(repr(e), settings)) from e


def _refused(error: ClientError, settings: FilesSettings, path: str, lost: type[TargetError]) -> Exception:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    told = error.response.get("Error", {})
    code, words = str(told.get("Code", "")), str(told.get("Message", ""))
    said = _hide(f"{settings.bucket}: {code}: {words}", settings)
    detail = _hide(f"{error.operation_name} {path}: {status} {code}", settings)
    if status == _MISSING and code != "NoSuchBucket":
        return FileNotFoundError(errno.ENOENT, "no such key", path)
    if status == _PRECONDITION:
        return FileExistsError(errno.EEXIST, "exists", path)
    kind, sentence = _meaning(status, code, lost)
    return kind(sentence or said, detail=f"{detail} {said}")


def _meaning(status: int, code: str, lost: type[TargetError]) -> tuple[type[TargetError], str]:
    """Return what an answer that is no success means; no sentence: the store's own words say it best."""
    if code == "NoSuchBucket":
        return Transient, "The bucket is not there."
    if code in _SLOW or status in {_CONFLICT, _THROTTLED}:
        return Transient, "The store asks us to come back later."
    if status in {401, 403} or _MOVED[0] <= status < _MOVED[1]:
        return Unauthorised, "The store refused our credentials or our rights."
    if _CLIENT_ERRORS <= status < _SERVER_ERRORS and code not in {"RequestTimeout", str(status)}:
        return Rejected, ""
    return lost, f"The store answered {status}, which settles nothing."


def _hide(text: str, settings: FilesSettings) -> str:
    return text.replace(settings.password, _HIDDEN) if settings.password else text
