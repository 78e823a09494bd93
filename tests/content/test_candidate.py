"""The candidate: what would be live, once one flow version took the place of another."""

from pathlib import Path

import pytest

from engine.content import closure
from engine.content.library import Library
from engine.content.live import Pin, read_live
from engine.content.release_record import ReleaseRecord, write_record
from engine.content.released import digest_files, release
from engine.model.errors import ContentError
from tests.content.content_folder import MOMENT, adopted, changed, copied, next_version, promoted, stricter_flow

GERMAN = "mappings/inbound/vocabulary.de.v1.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    root = copied(tmp_path)
    adopted(root, "test")
    return root


def released(content: Path, flow: str) -> None:
    """Release a flow version with everything it pins, as it lies there now."""
    library = Library.load(content, "dev")
    pins = closure.closure(library, flow)
    release(library.digests, [ref for ref, _ in pins], lock=content / "rules" / "released.lock")
    write_record(
        content,
        ReleaseRecord(
            ref=f"flow/{flow}", digest=closure.digest_of(pins), by="bert", at=MOMENT,
            content=tuple(Pin(ref=ref, digest=sha256) for ref, sha256 in pins),
        ),
    )  # fmt: skip


def test_a_closure_names_everything_that_a_flow_rests_on(content: Path) -> None:
    library = Library.load(content, "dev")

    kinds = {ref.partition("/")[0] for ref, _ in closure.closure(library, "ap_invoice@1")}

    assert kinds == {
        "flow", "ruleset", "table", "tolerance", "matrix", "schema", "facts", "vocabulary", "receipts", "terms",
        "paper", "calibration", "parties", "inbound",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("rules/tables/approval_level.v1.csv", True),
        ("mappings/outbound/files.vendor_invoice.schema.json", True),
        (GERMAN, True),
        ("rules/tolerances/oracle_like.v1.yaml", False),
        ("mappings/outbound/files.ap_invoice.xml.j2", False),
    ],
)
def test_the_digest_of_a_closure_changes_with_what_the_flow_rests_on_and_with_nothing_else(
    content: Path, file: str, changes: bool
) -> None:
    before = closure.digest_of(closure.closure(Library.load(content, "dev"), "ap_invoice@1"))
    (content / file).write_bytes((content / file).read_bytes() + b"\n")

    after = closure.digest_of(closure.closure(Library.load(content, "dev"), "ap_invoice@1"))

    assert (before != after) is changes


def test_a_digest_does_not_know_the_order_of_its_pins() -> None:
    assert closure.digest_of((("a/b@1", "1"), ("a/c@1", "2"))) == closure.digest_of((("a/c@1", "2"), ("a/b@1", "1")))


def test_a_candidate_takes_the_place_of_the_live_version_of_its_name(content: Path) -> None:
    library = Library.candidate(content, "test", stricter_flow(content))

    assert library.environment.flows == ("ap_invoice@2",)
    assert str(library.rulesets["ap_invoice@2"].confidence.fields["total"]) == "0.99"
    assert Library.load(content, "test").environment.flows == ("ap_invoice@1",)


def test_a_flow_of_a_new_name_comes_last(content: Path) -> None:
    changed(
        content,
        "environments/test.yaml",
        "targets:\n",
        "targets:\n  erp_json: {adapter: files, sensitive: [bank, identity], settings: {delivery: local, folder: x}}\n",
    )

    assert Library.candidate(content, "test", "ap_invoice_json@1").environment.flows == (
        "ap_invoice@1",
        "ap_invoice_json@1",
    )


def test_a_candidate_where_flows_are_written_by_hand_takes_the_place_too(content: Path) -> None:
    library = Library.candidate(content, "dev", stricter_flow(content))

    assert library.environment.flows[:2] == ("ap_invoice@2", "ap_invoice_fixed@1")


def test_what_is_live_already_is_the_same_library(content: Path) -> None:
    next_version(content, GERMAN)
    live = Library.load(content, "test")

    candidate = Library.candidate(content, "test", "ap_invoice@1")

    assert (candidate.digests, candidate.environment) == (live.digests, live.environment)


def test_a_draft_brings_the_newest_words(content: Path) -> None:
    flow = stricter_flow(content)
    next_version(content, GERMAN)

    assert Library.candidate(content, "test", flow).vocabularies["de"].ref == "de@2"


def test_a_released_version_brings_the_words_that_it_was_released_with(content: Path) -> None:
    flow = stricter_flow(content)
    released(content, flow)
    next_version(content, GERMAN)

    assert Library.candidate(content, "test", flow).vocabularies["de"].ref == "de@1"


def test_a_released_version_does_not_take_newer_words_away(content: Path) -> None:
    flow = stricter_flow(content)
    released(content, flow)
    next_version(content, "rules/flows/ap_invoice.v1.yaml", ("version: 2", "version: 3"))
    (content / "rules/flows/ap_invoice.v2.yaml").rename(content / "rules/flows/ap_invoice.v3.yaml")
    next_version(content, "rules/flows/ap_invoice.v1.yaml", ("ruleset: ap_invoice@1", "ruleset: ap_invoice@2"))
    next_version(content, GERMAN)
    promoted(content, "test", "ap_invoice@3")

    assert Library.candidate(content, "test", flow).vocabularies["de"].ref == "de@2"


def test_a_released_file_that_was_changed_is_no_candidate(content: Path) -> None:
    flow = stricter_flow(content)
    released(content, flow)
    changed(content, "rules/sets/ap_invoice.v2.yaml", 'total: "0.99"', 'total: "0.98"')

    with pytest.raises(ContentError, match="ruleset/ap_invoice@2 is released and its file was changed"):
        Library.candidate(content, "test", flow)


def test_a_candidate_that_is_not_there_is_refused_with_those_that_are(content: Path) -> None:
    with pytest.raises(
        ContentError,
        match=r"flow/ap_invoice@9 is not there; there are: .*account_change_business_central\.v2\.yaml",
    ):
        Library.candidate(content, "test", "ap_invoice@9")


def test_a_promoted_candidate_is_what_is_loaded(content: Path) -> None:
    flow = stricter_flow(content)
    next_version(content, GERMAN)
    candidate = Library.candidate(content, "test", flow)

    promoted(content, "test", flow)

    loaded = Library.load(content, "test")
    assert (loaded.rulesets["ap_invoice@2"], loaded.vocabularies["de"].ref) == (
        candidate.rulesets["ap_invoice@2"],
        "de@2",
    )
    assert (live := read_live(content, "test")) is not None
    assert [one.flows[0].ref for one in (live, *live.before)] == ["ap_invoice@2", "ap_invoice@1"]


def test_a_fitted_model_of_a_new_version_waits_beside_the_live_one(content: Path) -> None:
    plain = content / "mappings" / "inbound" / "confidence.json"
    (plain.parent / "confidence.v2.json").write_text(
        plain.read_text(encoding="utf-8").replace('"version": 1', '"version": 2', 1), encoding="utf-8"
    )

    live, newest = Library.load(content, "test").calibration, Library.load(content, "dev").calibration
    assert live is not None
    assert newest is not None
    assert (live.version, newest.version) == (1, 2)
    assert Library.load(content, "dev").digests["calibration/confidence@2"] == digest_files(
        [plain.parent / "confidence.v2.json"]
    )


def test_a_canonical_schema_has_versions_side_by_side(content: Path) -> None:
    schema = content / "mappings" / "canonical" / "invoice.schema.json"
    schema.with_name("invoice.v2.schema.json").write_bytes(schema.read_bytes())
    for name in ("csv", "reversal_csv"):
        next_version(
            content, f"mappings/outbound/files.ap_invoice_{name}.v1.yaml", ("from: invoice\n", "from: invoice@2\n")
        )
    next_version(
        content, "rules/flows/ap_invoice.v1.yaml", ("record: invoice", "record: invoice@2"),
        ("files.ap_invoice_csv@1", "files.ap_invoice_csv@2"),
        ("files.ap_invoice_reversal_csv@1", "files.ap_invoice_reversal_csv@2"),
    )  # fmt: skip

    library = Library.candidate(content, "test", "ap_invoice@2")

    assert set(library.schemas) == {"invoice@2"}
    assert "schema/invoice@2" in dict(closure.closure(library, "ap_invoice@2"))
