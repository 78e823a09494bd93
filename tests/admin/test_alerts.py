"""Alerts on the page and for programs: the policy, what was told with which result, a test message to a real receiver."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine.model.alarm import Alarm
from engine.model.rights import Grant, Role
from engine.runtime.alerts import messenger
from engine.runtime.people import tokens
from engine.store import alarms, ledger
from engine.store.database import reading, transaction
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import HAND, fields, house_of, opened
from tests.content.content_folder import copied, lean
from tests.runtime.webhooks.receiver import Receiver, receiving

SECRET_PATH = "/services/hidden-part"
POLICY = """
webhooks: {private_hosts: ["127.0.0.1"]}
alerts:
  channel: {kind: slack, url: {env: TRY_CHAT_URL}, only: [breaker_open]}
  mail: {kind: email, host: "127.0.0.1", port: 9, security: none, sender: hub@example.com, to: [ops@example.com],
    password: {env: TRY_NOT_THERE}, only: [breaker_open, parked]}
"""


@pytest.fixture(scope="module")
def chat() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, chat: Receiver) -> Iterator[TestClient]:
    """A hub that told a chat of one alarm, and a mail server that is not there of two."""
    content = lean(copied(tmp_path_factory.mktemp("content")))
    with (content / "environments" / "dev.yaml").open("a", encoding="utf-8") as file:
        file.write(POLICY)
    with (
        pytest.MonkeyPatch.context() as patch,
        opened(tmp_path_factory.mktemp("hub"), content=content) as client,
    ):
        patch.setenv("TRY_CHAT_URL", chat.url.replace("/told", SECRET_PATH))
        house = house_of(client)
        for kind, subject in (("breaker_open", "erp"), ("source_silent", "crm")):
            alarm = Alarm(kind=kind, subject=subject, message="Mend it there.", since=house.clock.now())
            with transaction(house.engine) as tx:
                alarms.raise_(tx, alarm)
                messenger.plan(tx, house, "raised", alarm)
        messenger.tell(house)
        yield client


def program(hub: TestClient, role: Role) -> TestClient:
    made = tokens.add(house_of(hub), f"robot-{role.replace('_', '-')}", grants=[Grant(role=role)], days=1, hand=HAND)
    return TestClient(hub.app, base_url="http://localhost", headers={"Authorization": f"Bearer {made}"})


@pytest.fixture(scope="module")
def robot(hub: TestClient) -> TestClient:
    return program(hub, "operator")


def test_the_policy_is_told_as_it_is_read_without_secrets(robot: TestClient) -> None:
    answer = robot.get("/api/v1/alerts")

    channel, mail = answer.json()["ways"]
    assert (channel["leads"], channel["lacks"], channel["only"]) == (
        "environment variable TRY_CHAT_URL",
        [],
        ["breaker_open"],
    )
    assert (mail["leads"], mail["to"]) == ("127.0.0.1:9 (not encrypted)", ["ops@example.com"])
    assert "TRY_NOT_THERE" in mail["lacks"][0]
    assert (channel["waiting"], mail["waiting"], mail["last_sent_at"]) == (0, 1, None)
    assert [(one["alarm"]["subject"], one["told_by"]) for one in answer.json()["alarms"]] == [
        ("erp", ["channel", "mail"]), ("crm", [])
    ]  # fmt: skip
    assert SECRET_PATH not in answer.text


def test_what_was_told_has_its_result_and_goes_on_by_cursor(robot: TestClient) -> None:
    first = robot.get("/api/v1/alerts/log", params={"limit": 1}).json()
    rest = robot.get("/api/v1/alerts/log", params={"limit": 1, "after": first["next"]}).json()

    told = {
        one["way"]: (one["state"], one["attempts"], bool(one["error"])) for one in (*first["alerts"], *rest["alerts"])
    }
    assert told == {"channel": ("sent", 1, False), "mail": ("pending", 1, True)}
    assert rest["next"] is None
    assert len(robot.get("/api/v1/alerts/log", params={"way": "mail", "state": "sent"}).json()["alerts"]) == 0
    assert robot.get("/api/v1/alerts/log", params={"after": "bm8"}).status_code == 422


def test_a_test_message_goes_out_and_is_in_the_ledger(hub: TestClient, robot: TestClient, chat: Receiver) -> None:
    before = len(chat.heard)

    assert robot.post("/api/v1/alerts/channel/test").json() == {"way": "channel"}

    assert "test alert" in chat.heard[-1].event["text"].lower()
    assert len(chat.heard) == before + 1
    with reading(house_of(hub).engine) as tx:
        (noted, *_) = ledger.of_house(tx, "alert_tried_out")
    assert (noted.data["way"], noted.actor) == ("channel", "token:robot-operator")
    refused = robot.post("/api/v1/alerts/mail/test")
    assert (refused.status_code, refused.json()["detail"][:5]) == (409, "mail:")
    assert robot.post("/api/v1/alerts/nobody/test").status_code == 404


def test_the_page_shows_ways_alarms_and_results_and_sends_a_test(hub: TestClient, chat: Receiver) -> None:
    olga = visitor(hub, "olga", Grant(role="operator"))
    page = olga.get("/control/alerts").text
    before = len(chat.heard)

    assert "No way wants alarms of this kind" in page
    assert "TRY_NOT_THERE" in page
    assert SECRET_PATH not in page
    assert "The credential cannot be read" in page
    token = fields(page)["form_token"]
    assert "The test went out by channel" in olga.post("/control/alerts/channel/test", data={"form_token": token}).text
    assert len(chat.heard) == before + 1
    failed = olga.post("/control/alerts/mail/test", data={"form_token": token})
    assert (failed.status_code, "did not go out" in failed.text) == (409, True)
    assert 'href="/control/alerts"' in olga.get("/control").text


def test_who_only_looks_sends_no_test(hub: TestClient, chat: Receiver) -> None:
    ada = visitor(hub, "ada", Grant(role="auditor"))
    page = ada.get("/control/alerts").text
    before = len(chat.heard)

    assert "Send a test" not in page
    assert ada.post("/control/alerts/channel/test", data={"form_token": fields(page)["form_token"]}).status_code == 403
    assert len(chat.heard) == before
    assert visitor(hub, "victor", Grant(role="viewer")).get("/control/alerts").status_code == 403
