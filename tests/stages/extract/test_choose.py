from decimal import Decimal

from engine.stages.extract.candidates import Spot
from engine.stages.extract.choose import Sums, choose, choose_sums
from tests.stages.extract.layout import line


def _spots(**scores: float) -> list[Spot]:
    """Build spots from `v100_00=0.9`."""
    row = line("x")
    return [Spot(name[1:].replace("_", "."), name, row, 0, 1, score) for name, score in scores.items()]


def _sums(subtotal: list[Spot], tax: list[Spot], total: list[Spot], **more: list[Spot]) -> Sums:
    empty: list[Spot] = []
    return choose_sums(
        subtotal=subtotal, tax=tax, total=total, due=more.get("due", empty), discount=more.get("discount", empty),
        charge=more.get("charge", empty), line_sum=None,
    )  # fmt: skip


def _values(sums: Sums) -> tuple[str | None, ...]:
    return tuple(c.spot.value if c else None for c in (sums.subtotal, sums.tax_total, sums.total))


def test_sums_that_add_up_beat_better_labels() -> None:
    sums = _sums(_spots(v100_00=0.7, v119_00=0.9), _spots(v19_00=0.9), _spots(v119_00=0.8, v100_00=0.9))

    assert _values(sums) == ("100.00", "19.00", "119.00")
    assert sums.agrees


def test_agreement_raises_confidence_and_disagreement_lowers_it() -> None:
    good = _sums(_spots(v100_00=0.8), _spots(v19_00=0.8), _spots(v119_00=0.8))
    bad = _sums(_spots(v100_00=0.8), _spots(v19_00=0.8), _spots(v125_00=0.8))

    assert good.total is not None
    assert bad.total is not None
    assert good.total.confidence > bad.total.confidence


def test_discount_and_charges_belong_to_the_sum() -> None:
    sums = _sums(
        _spots(v100_00=0.9),
        _spots(v18_05=0.9),
        _spots(v113_05=0.9),
        discount=_spots(v10_00=0.9),
        charge=_spots(v5_00=0.9),
    )

    assert sums.agrees
    assert sums.discount_total is not None
    assert sums.charge_total is not None


def test_no_tax_is_read_with_the_net_as_total() -> None:
    assert (
        _values(_sums(_spots(v0_00=0.9, v530_75=0.8), _spots(v530_75=0.9, v0_00=0.8), _spots(v530_75=0.9)))[2]
        == "530.75"
    )
    assert _values(_sums(_spots(v530_75=0.8), _spots(v0_00=0.8), _spots(v530_75=0.9))) == ("530.75", "0.00", "530.75")


def test_a_total_rounded_to_five_cents_is_the_total() -> None:
    sums = _sums(_spots(v167_19=0.8), _spots(v10_03=0.8), _spots(v177_22=0.9, v177_20=0.8))

    assert _values(sums)[2] == "177.20"


def test_without_candidates_nothing_is_chosen() -> None:
    assert _values(_sums([], [], [])) == (None, None, None)


def test_the_runner_up_stays_as_alternative() -> None:
    choice = choose(_spots(v1=0.9, v2=0.6))

    assert choice is not None
    assert [spot.value for spot, _ in choice.others] == ["2"]


def test_a_close_runner_up_takes_confidence_away() -> None:
    clear, close = choose(_spots(v1=0.9, v2=0.3)), choose(_spots(v1=0.9, v2=0.88))

    assert clear is not None
    assert close is not None
    assert clear.confidence > close.confidence


def test_values_are_exact_decimals() -> None:
    sums = _sums(_spots(v0_2=0.9), _spots(v0_1=0.9), _spots(v0_3=0.9))

    assert sums.agrees
    assert sums.total is not None
    assert Decimal(sums.total.spot.value) == Decimal("0.3")


def test_base_and_tax_of_one_rate_do_not_outweigh_the_labelled_total() -> None:
    sums = _sums(_spots(v3_31=0.9), _spots(v0_69=0.9), _spots(v24_75=0.95, v4_00=0.25))

    assert _values(sums)[2] == "24.75"


def test_freight_below_a_sum_leads_to_the_total_that_is_owed() -> None:
    sums = _sums(
        _spots(v362_00=0.9, v372_00=0.9), _spots(v0_00=0.9), _spots(v362_00=0.95),
        due=_spots(v372_00=0.9), charge=_spots(v10_00=0.9),
    )  # fmt: skip

    assert _values(sums) == ("372.00", "0.00", "372.00")


def test_a_tax_as_large_as_the_goods_gives_way_to_a_plausible_one() -> None:
    sums = _sums([], _spots(v220_00=0.8, v35_13=0.7), _spots(v440_00=0.9))

    assert _values(sums) == (None, "35.13", "440.00")


def test_a_clearly_named_net_sum_is_not_left_out_for_one_that_adds_up_with_itself() -> None:
    # the sum of the lines before a discount, and a total that freight without a name is in
    sums = choose_sums(
        subtotal=_spots(v90_00=0.98, v95_00=0.29, v100_00=0.29), tax=_spots(v0_00=0.78), total=_spots(v95_00=0.98, v100_00=0.98),
        due=[], discount=_spots(v10_00=0.98), charge=[], line_sum=Decimal("100.00"),
    )  # fmt: skip

    assert (_values(sums)[0], _values(sums)[2]) == ("90.00", "95.00")
    assert not sums.agrees
    assert sums.total is not None
    assert sums.total.confidence <= 0.55
