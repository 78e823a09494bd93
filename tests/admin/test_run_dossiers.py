"""`postroom run` also goes on with what its papers complete."""

import json
import re
from pathlib import Path

import pytest

from tests.content.content_folder import copied
from tests.forked import postroom
from tests.runtime.test_dossiers import APPLICATION, EXTRACT, SAID, TAX

pytestmark = pytest.mark.slow

NETSUITE = """\
  netsuite:
    adapter: netsuite
    sensitive: [identity]
    settings: {account: "1", base_url: "http://127.0.0.1:9", client_id: nobody, certificate_id: "1", private_key: {env: NOBODY}, algorithm: ES256}
"""
FLOWS = "account_application@1, tax_form@1, business_licence@1, onboarding_hubspot@1"


def test_a_dossier_is_told_of_and_judged_again_when_its_last_paper_comes(tmp_path: Path) -> None:
    content = copied(tmp_path / "content")
    flow = content / "rules" / "flows" / "onboarding_hubspot.v1.yaml"
    head = flow.read_text(encoding="utf-8").partition("sends:")[0]
    flow.write_text(
        f"{head}sends: [{{target: netsuite, object: customer, mapping: netsuite.onboarded_customer@1}}]\n",
        encoding="utf-8",
    )
    dev = content / "environments" / "dev.yaml"
    text = dev.read_text(encoding="utf-8").replace("targets:\n", f"targets:\n{NETSUITE}", 1)
    dev.write_text(re.sub(r"^flows: .*$", f"flows: [{FLOWS}]", text, flags=re.MULTILINE), encoding="utf-8")
    environment = {
        "POSTROOM_HOME": str(tmp_path / "home"), "POSTROOM_CONTENT": str(content), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
    }  # fmt: skip

    def run(*papers: str) -> list[tuple[str, str]]:
        files = []
        for text in papers:
            files.append(tmp_path / f"{text.split(maxsplit=1)[0]}.txt")
            files[-1].write_text(text.format(**SAID), encoding="utf-8")
        done = postroom("run", "--json", *files, environment=environment)
        assert done.returncode == 0, done.stderr
        return [(line["type"], line["route"]) for line in map(json.loads, done.stdout.splitlines())]

    begun, completed = run(APPLICATION, EXTRACT), run(TAX)

    assert sorted(begun) == [
        ("account_application", "unpacked"),
        ("business_licence", "unpacked"),
        ("onboarding", "waiting"),
    ]
    # nobody imported lists of sanctions here
    assert sorted(completed) == [("onboarding", "review"), ("tax_form", "unpacked")]
