from pathlib import Path

from adapters.shared.memory import give_back


def resident_mib() -> int:
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024


def test_what_lies_free_between_living_values_is_given_back() -> None:
    blocks = [bytes([number % 255 + 1]) * 100_000 for number in range(2000)]
    kept = blocks[::50]
    full = resident_mib()
    del blocks

    give_back()

    assert resident_mib() < full - 100
    assert len(kept) == 40
