"""Sign-in by an OpenID provider, against one that others wrote and that is certified."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime.people import accounts
from engine.store import ledger
from engine.store.database import reading
from tests.admin.visitors import HAND, browser, house_of, opened

PROVIDER = Path(__file__).parent / "provider"
BACK = "http://localhost/sign-in/oidc/back"
SECRET = "a secret of the client"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(not (PROVIDER / "node_modules").is_dir(), reason="run npm ci in tests/admin/provider"),
]


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file from which the provider takes people's groups."""
    file = tmp_path_factory.mktemp("provider") / "groups.json"
    file.write_text("{}")
    return file


@pytest.fixture(scope="module")
def issuer(groups: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = ["node", "provider.js", port, "postroom", SECRET, BACK, str(groups)]
    with subprocess.Popen(
        command, cwd=PROVIDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert "listening" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[TestClient]:
    settings = {
        "oidc_issuer": issuer, "oidc_client_id": "postroom", "oidc_client_secret": SECRET, "oidc_name": "Berger ID",
        "oidc_groups_claim": "groups",
    }  # fmt: skip
    with opened(tmp_path_factory.mktemp("house"), **settings) as client:
        yield client


def vouched(visitor: TestClient, name: str) -> str:
    """Go to the provider, sign in there and agree; return the address to which it sends the browser back."""
    there = visitor.get("/sign-in/oidc", follow_redirects=False).headers["location"]
    with httpx.Client() as web:
        answer = web.get(there)
        for _ in range(20):
            if answer.is_redirect:
                there = urljoin(str(answer.url), answer.headers["location"])
                if there.startswith(BACK):
                    return there
                answer = web.get(there)
                continue
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            if form is None or prompt is None:
                answer = web.get(there)
                continue
            there = urljoin(str(answer.url), form[1])
            answer = web.post(there, data={"prompt": prompt[1], "login": name, "password": "any"})
    raise AssertionError(answer.text)


def test_who_the_provider_vouches_for_is_let_in_and_known_by_issuer_and_subject(
    client: TestClient, issuer: str
) -> None:
    visitor = browser(client)

    answer = visitor.get(vouched(visitor, "anna"), follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    person = accounts.find(house_of(client), "anna")
    assert (person.issuer, person.full_name, person.has_password) == (issuer, "anna Berger", False)
    assert visitor.get("/me").status_code == 200


def test_the_second_time_it_is_the_same_person(client: TestClient) -> None:
    for _ in range(2):
        visitor = browser(client)
        visitor.get(vouched(visitor, "bert"), follow_redirects=False)

    with reading(house_of(client).engine) as tx:
        entries = [one.kind for one in ledger.recent(tx, 20) if one.data.get("person") == "bert"]
    assert (entries.count("person_added"), entries.count("signed_in")) == (1, 2)


def test_groups_of_the_provider_bring_their_roles_and_take_them_away(client: TestClient, groups: Path) -> None:
    house = house_of(client)
    accounts.grant_group(house, "clerks", Grant(role="reviewer"), hand=HAND)
    groups.write_text('{"carl": ["clerks", "a group that we do not know"]}')
    visitor = browser(client)
    visitor.get(vouched(visitor, "carl"), follow_redirects=False)
    with_group = accounts.find(house, "carl")

    groups.write_text("{}")
    later = browser(client)
    later.get(vouched(later, "carl"), follow_redirects=False)

    assert (with_group.groups, [one.role for one in with_group.grants]) == (("clerks",), ["reviewer"])
    assert accounts.find(house, "carl").grants == ()


def test_a_name_that_is_a_local_persons_is_not_taken_over(client: TestClient) -> None:
    accounts.add(house_of(client), "dora", hand=HAND)
    visitor = browser(client)

    answer = visitor.get(vouched(visitor, "dora"), follow_redirects=False)

    assert (answer.status_code, "somebody called dora" in answer.text) == (403, True)
    assert accounts.find(house_of(client), "dora").issuer is None


def test_who_is_let_out_here_is_not_let_in_by_the_provider(client: TestClient) -> None:
    visitor = browser(client)
    visitor.get(vouched(visitor, "emil"), follow_redirects=False)
    accounts.set_active(house_of(client), "emil", is_active=False, hand=HAND)

    again = browser(client)

    assert again.get(vouched(again, "emil"), follow_redirects=False).status_code == 403


def test_an_answer_that_was_meant_for_another_browser_is_refused(client: TestClient) -> None:
    victim, attacker = browser(client), browser(client)
    victim.get("/sign-in/oidc", follow_redirects=False)

    answer = victim.get(vouched(attacker, "frida"), follow_redirects=False)

    assert answer.status_code == 403


def test_an_answer_with_a_code_of_somebody_else_is_refused(client: TestClient) -> None:
    one, other = browser(client), browser(client)
    theirs = parse_qs(urlsplit(vouched(other, "gerd")).query)["code"][0]
    mine = parse_qs(urlsplit(vouched(one, "hanna")).query)

    answer = one.get(f"/sign-in/oidc/back?state={mine['state'][0]}&code={theirs}", follow_redirects=False)

    assert answer.status_code == 403


def test_the_sign_in_page_names_the_provider(client: TestClient) -> None:
    assert "Sign in with Berger ID" in browser(client).get("/sign-in").text
