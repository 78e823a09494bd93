"""Secrets in content files: found by name and by shape, in any file, and told without being shown."""

from pathlib import Path

import pytest

from engine.content.library import Library
from engine.content.secrecy import content_files, refuse_secrets, secrets_in
from engine.model.errors import ContentError
from tests.content.content_folder import ROOT, copied

WORD = "hunter22"
JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlMTIz"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (f"password: {WORD}", "a secret (password)"),
        (f"  - {{adapter: files, settings: {{api_token: {WORD}, host: x}}}}", "a secret (api_token)"),
        (f'"client_secret": "{WORD}",', "a secret (client_secret)"),
        (f"# erp_password: {WORD}", "a secret (erp_password)"),
        (f"Access-Key: '{WORD}'", "a secret (Access-Key)"),
        (f"endpoint: https://anna:{WORD}@erp.internal/api", "an address with a password"),
        (f"value: postgresql://u:{WORD}@db/x", "an address with a password"),
        ("-----BEGIN RSA PRIVATE " + "KEY-----", "a private key"),
        ("-----BEGIN PRIVATE " + "KEY-----", "a private key"),
        ("id: AKIA" + "ABCDEFGHIJKLMNOP", "an AWS access key"),
        ("x: ghp_" + "a1B2" * 9, "a GitHub token"),
        ("x: github_pat_" + "a1B2" * 12, "a GitHub token"),
        ("x: glpat-" + "a1B2" * 6, "a GitLab token"),
        ("x: SG." + "a1B2" * 5 + "." + "a1B2" * 5, "a mail service key"),
        ("x: sk-" + "a1B2" * 10, "a model service key"),
        ("x: xoxb-" + "1234567890-abc", "a Slack token"),
        ("x: sk_live_" + "a1B2c3D4e5F6g7H8", "a payment key"),
        ("x: AIza" + "a" * 35, "a Google key"),
        (f"x: {JWT}", "a signed token"),
        ("x: AccountKey=" + "a1B2" * 8, "a storage account key"),
    ],
    ids=lambda one: one.replace(WORD, "***")[:30],
)
def test_a_secret_is_found_by_its_name_or_its_shape(line: str, what: str) -> None:
    assert secrets_in(f"first line\n{line}\n".encode()) == ((2, what),)


@pytest.mark.parametrize(
    "line",
    [
        "password: {env: ERP_PASSWORD}",
        "private_key: {file: /run/secrets/erp_sftp_key}",
        "client_secret: {keyring: erp/client}",
        "secret:",
        "token_count: 12345",
        "passwords: [one, two]",
        'meaning: "The token: what it is for"',
        "via: value | trim",
        "endpoint: https://erp.internal/api?x=1",
        "x: 257718a5c52d108e2c9af9fc5d511c417a6e42375b0917f9",
    ],
)
def test_references_words_and_digests_are_no_secrets(line: str) -> None:
    assert secrets_in(line.encode()) == ()


def test_nothing_that_is_shipped_holds_a_secret() -> None:
    refuse_secrets(content_files(ROOT))


@pytest.mark.parametrize(
    "file",
    ["mappings/outbound/files.ap_invoice_csv.v1.yaml", "rules/flows/ap_invoice.v1.yaml", "mappings/ownership.yaml",
     "rules/tables/approval_level.v1.csv", "mappings/outbound/files.ap_invoice.xml.j2", "environments/prod.yaml",
     "mappings/canonical/receipt.schema.json"],
)  # fmt: skip
def test_a_secret_in_any_file_stops_the_start_and_is_not_shown(tmp_path: Path, file: str) -> None:
    content = copied(tmp_path)
    text = (content / file).read_text(encoding="utf-8")
    (content / file).write_text(f"{text}# https://anna:{WORD}@erp.internal/\n", encoding="utf-8")

    with pytest.raises(ContentError) as refused:
        Library.load(content, "dev")

    assert f"{Path(file).name}:{len(text.splitlines()) + 1}: an address with a password may not stand in a file" in str(
        refused.value
    )
    assert WORD not in str(refused.value)
