"""Through the gate: history judged by both versions, causes proved, people agree, one file is replaced."""

from collections.abc import Iterator
from dataclasses import replace as changed_to
from datetime import timedelta
from pathlib import Path

import pytest

from engine.content.live import read_live
from engine.model.errors import PostroomError
from engine.model.gate import GateReport
from engine.runtime import history, judging, replay, steps, story
from engine.runtime.house import House
from engine.runtime.knowledge import renewed
from engine.runtime.promotion import kept, switch, trial
from engine.runtime.promotion import look as look_at
from engine.runtime.promotion.look import look, versions
from engine.stages.compare import compare
from engine.store import ledger
from engine.store.database import reading
from tests.content.content_folder import adopted, changed, copied, next_version
from tests.durable.invoices import ubl_invoice
from tests.house import furnished_house
from tests.runtime.walks import understood

POLICY = "promotion: {from: [], released: false, tests: false, approvals: owners}\n"
MATRIX, RULES, FLOW = (
    "mappings/outbound/files.ap_invoice_csv.v1.yaml", "rules/sets/ap_invoice.v1.yaml", "rules/flows/ap_invoice.v1.yaml"
)  # fmt: skip
ROW = "{to: tax_code, from: vendor.tax_code, type: {text: {max: 4}}, need: may}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Four invoices were judged: 119, 238, 357 and 476 euros."""
    content = copied(tmp_path_factory.mktemp("content"))
    with (content / "environments/dev.yaml").open("a", encoding="utf-8") as file:
        file.write(POLICY)
    adopted(content, "dev")
    opened = furnished_house(tmp_path_factory.mktemp("home"), content=content)
    for number in range(1, 5):
        document = understood(opened, ubl_invoice(opened.settings.home, f"RE-{number}"))
        assert judging.judge(opened, document, 1) == {"next": "plan"}
        judging.plan(opened, document, 1)
    yield opened
    opened.close()


@pytest.fixture
def content(house: House) -> Iterator[Path]:
    """The content folder of the house; what a test adds is taken away, and what it promotes taken back."""
    root = house.settings.content_folder()
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    yield root
    for file in [file for file in root.rglob("*") if file.is_file()]:
        if file in before:
            file.write_bytes(before[file])
        else:
            file.unlink()


def second(content: Path, *, rules: tuple[tuple[str, str], ...] = (), rows: tuple[tuple[str, str], ...] = ()) -> str:
    """Write ap_invoice@2 with changed rules and rows."""
    next_version(content, RULES, *rules)
    next_version(content, MATRIX, *rows)
    return _flow(content)


def _flow(content: Path) -> str:
    next_version(
        content, FLOW, ("ruleset: ap_invoice@1", "ruleset: ap_invoice@2"),
        ("files.ap_invoice_csv@1", "files.ap_invoice_csv@2"),
    )  # fmt: skip
    return "ap_invoice@2"


def looked(house: House, flow: str, by: str = "anna") -> GateReport:
    report = look(house, versions(house, flow), by=by)
    kept.keep(house, report)
    return report


ACCOUNT = (ROW, ROW.replace("from: vendor.tax_code", 'value: "V9"').replace(", need: may", ""))
SFTP = "{delivery: sftp, host: sftp-test.internal, username: hub, password: {env: NOT_THERE}, known_hosts: /tmp/k, folder: /in}"
BROKEN = ("- fires: {type_confidence: 499}", "- fires: {type_confidence: 501}")
STRICT = ("when: type_confidence < 500", "when: type_confidence < 1001")


def test_a_version_that_says_the_same_changes_nothing(house: House, content: Path) -> None:
    first, again = (look(house, versions(house, flow), by="anna") for flow in [second(content)] * 2)

    assert (first.documents, first.changes, first.edits, first.refused) == (4, (), (), ())
    assert first.effect == again.effect


def test_a_row_that_books_otherwise_is_named_with_the_money_that_moves(house: House, content: Path) -> None:
    report = looked(house, second(content, rows=(ACCOUNT,)))

    (group,) = report.groups
    assert group.cause.ref == "matrix/files.ap_invoice_csv@2#rows.header.tax_code"
    assert group.cause.said == "row header.tax_code: source: vendor.tax_code -> nothing; value: nothing -> V9"
    assert (len(group.documents), group.rerouted) == (4, 0)
    assert [(one.what, one.before, one.after, one.documents) for one in report.money] == [("tax_code", "V1", "V9", 4)]
    assert report.approvals == ("finance",)


def test_of_two_edits_only_the_one_that_does_it_is_the_cause(house: House, content: Path) -> None:
    report = looked(house, second(content, rows=(ACCOUNT, ("cut(70)", "cut(69)"))))

    assert len(report.edits) == 2
    assert {cause.ref for change in report.changes for cause in change.causes} == {
        "matrix/files.ap_invoice_csv@2#rows.header.tax_code"
    }


def test_each_cause_is_told_with_the_money_that_it_alone_moves(house: House, content: Path) -> None:
    other = ("to: reference, from: document.id", "to: reference, from: invoice_number")
    report = looked(house, second(content, rows=(ACCOUNT, other)))

    assert {group.cause.ref.rpartition(".")[2]: [one.what for one in group.money] for group in report.groups} == {
        "tax_code": ["tax_code"], "reference": []
    }  # fmt: skip


def test_what_a_rule_sends_to_people_moves_its_total(house: House, content: Path) -> None:
    report = looked(house, second(content, rules=(STRICT,)))

    (group,) = report.groups
    assert (group.cause.ref, group.rerouted) == ("ruleset/ap_invoice@2#rules.type_unsure", 4)
    assert group.cause.said == "rule type_unsure: type_confidence below 500 -> below 1001"
    assert [(one.before, one.after, one.documents) for one in report.routes] == [("post", "review", 4)]


@pytest.mark.parametrize(
    "changes", [{"rows": ((ROW, ROW.replace("vendor.tax_code", "vendor.cost_centre")),)}, {"rules": (STRICT,)}, {}],
    ids=["a row", "a rule", "nothing"],
)  # fmt: skip
def test_what_no_edit_touches_is_taken_over_and_comes_to_the_same(
    house: House, content: Path, changes: dict[str, tuple[tuple[str, str], ...]]
) -> None:
    both = versions(house, second(content, **changes))
    there = [replay.under(house, library) for library in both[1:]]
    with reading(house.engine) as tx:
        known = history.histories(tx, history.ids(tx))

    for one in known:
        before = replay.judged(there[0], one)
        beside = look_at._beside(there, before)
        assert beside is not None
        assert beside.judges_alike or beside.plans_alike
        short, whole = replay.judged(there[1], one, beside=beside), replay.judged(there[1], one)
        assert compare(short, whole) is None
        assert compare(before, short) == compare(before, whole)


def test_what_people_have_to_agree_to_does_not_go_live_before(house: House, content: Path) -> None:
    report = looked(house, second(content, rows=(ACCOUNT,)))

    with pytest.raises(switch.NotAgreed, match="finance did not agree yet"):
        switch.promote(house, report, by="anna")
    with pytest.raises(PostroomError, match="somebody else of finance"):
        kept.approve(house, report, team="finance", by="Anna")
    kept.approve(house, report, team="finance", by="bert")
    with pytest.raises(switch.NotAgreed):
        switch.promote(house, report, by="bert")

    live = switch.promote(house, report, by="anna")

    assert live.refs[0] == "ap_invoice@2"
    assert live.report == report.id
    assert renewed(house).library.environment.flows[0] == "ap_invoice@2"


def test_going_back_takes_one_step_and_leaves_a_trace(house: House, content: Path) -> None:
    report = looked(house, second(content, rows=(ACCOUNT,)))
    kept.approve(house, report, team="finance", by="bert")
    before = switch.promote(house, report, by="anna")

    back = switch.rollback(renewed(house), by="carla")

    assert back.number == before.number + 1
    assert back.refs[0] == "ap_invoice@1"
    with reading(house.engine) as tx:
        kinds = [event.kind for event in ledger.recent(tx, 4)]
    assert kinds == ["rolled_back", "promotion_begun", "promoted", "promotion_begun"]


def test_a_version_that_was_edited_after_the_report_does_not_go_live(house: House, content: Path) -> None:
    report = looked(house, second(content, rows=(ACCOUNT,)))
    kept.approve(house, report, team="finance", by="bert")
    changed(content, "mappings/outbound/files.ap_invoice_csv.v2.yaml", '"V9"', '"V8"')

    with pytest.raises(PostroomError, match="is not what it was when the report was made"):
        switch.promote(house, report, by="anna")


def test_a_report_about_what_is_no_longer_live_is_refused(house: House, content: Path) -> None:
    report = looked(house, second(content, rows=(ACCOUNT,)))
    kept.approve(house, report, team="finance", by="bert")
    switch.promote(house, report, by="anna")

    with pytest.raises(PostroomError, match="set 1, and set 2 is live"):
        switch.promote(house, report, by="anna")


def test_an_old_report_is_refused(house: House, content: Path) -> None:
    report = looked(house, second(content, rows=(ACCOUNT,)))
    old = report.model_copy(update={"at": report.at - timedelta(days=8)})

    with pytest.raises(PostroomError, match="older than 7 days"):
        switch.promote(house, old, by="anna")


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"released": True}, "ap_invoice@2 is a draft"),
        ({"sources": ("test",)}, "ap_invoice@2 is not live in test"),
        ({"least_documents": 5}, "Only 4 documents"),
        ({"tests": True}, "rules test: "),
    ],
    ids=["draft", "not tried", "little history", "an example that does not hold"],
)
def test_policy_refuses(house: House, content: Path, policy: dict[str, object], words: str) -> None:
    environment = house.library.environment
    strict = environment.model_copy(update={"promotion": environment.promotion.model_copy(update=policy)})
    there = changed_to(house, library=changed_to(house.library, environment=strict))

    report = looked(there, second(content, rules=(BROKEN,)))

    assert [one.startswith(words) for one in report.refused] == [True]
    with pytest.raises(PostroomError, match=words):
        switch.promote(there, report, by="anna")


def test_a_version_whose_credential_is_not_there_does_not_go_live(house: House, content: Path) -> None:
    changed(content, "environments/dev.yaml", '{delivery: local, folder: "{out}/erp"}', SFTP)
    there = renewed(house)

    report = looked(there, second(content))

    assert [one for one in report.refused if one.startswith("erp.password is missing")]


def test_a_process_that_died_after_the_switch_is_told_to_the_ledger(
    house: House, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = looked(house, second(content, rows=(ACCOUNT,)))
    kept.approve(house, report, team="finance", by="bert")
    tell = switch._tell

    def dies(house: House, kind: str, **rest: object) -> int:
        if kind == "promoted":
            raise KeyboardInterrupt
        return tell(house, kind, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(switch, "_tell", dies)
    with pytest.raises(KeyboardInterrupt):
        switch.promote(house, report, by="anna")
    monkeypatch.undo()

    switch.settle(house)
    switch.settle(house)

    assert (live := read_live(content, "dev"))
    assert live.refs[0] == "ap_invoice@2"
    with reading(house.engine) as tx:
        assert [event.kind for event in ledger.recent(tx, 2)] == ["promoted", "promotion_begun"]


def test_a_version_in_the_shadow_judges_without_effects_and_says_what_it_would_change(
    house: House, content: Path
) -> None:
    switch.try_out(house, second(content, rules=(STRICT,)), percent=None, by="anna")
    there = renewed(house)
    document = understood(there, ubl_invoice(there.settings.home, "RE-77"))

    assert judging.judge(there, document, 1) == {"next": "plan"}
    trial.shadow(there, document)

    assert (seen := trial.tried(there))
    assert (seen.ref, seen.documents, seen.changed, seen.failed) == ("ap_invoice@2", 1, (document,), ())
    assert story.find(there, document).state == "posting"


def test_a_version_in_the_shadow_that_fails_harms_nothing(house: House, content: Path) -> None:
    switch.try_out(house, second(content), percent=None, by="anna")
    there = renewed(house)
    changed(content, RULES.replace(".v1.", ".v2."), "name: Mandatory fields must be there", "name: Mandatory")
    document = understood(there, ubl_invoice(there.settings.home, "RE-78"))
    judging.judge(there, document, 1)

    trial.shadow(there, document)

    assert (seen := trial.tried(there))
    assert seen.failed == (document,)


def test_a_version_on_trial_takes_its_share_of_documents_for_good(house: House, content: Path) -> None:
    switch.try_out(house, second(content), percent=30, by="anna")
    there = renewed(house)
    live = there.library.live
    assert live

    drawn = [live.drawn("ap_invoice", f"{number:064x}") for number in range(1000)]

    assert 250 < drawn.count("ap_invoice@2") < 350
    assert live.drawn("ap_other", "0") is None
    document = understood(there, ubl_invoice(there.settings.home, "RE-79"))
    known, record = steps.load_record(there, document, 1)
    assert (flow := judging.flow_of(there, known, record))
    assert flow.ref == (live.drawn("ap_invoice", document) or "ap_invoice@1")
