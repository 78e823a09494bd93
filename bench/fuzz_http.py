"""Calls every address of the API with generated data, right and wrong, as every role: `python -m bench.fuzz_http --examples 200`.

Prints what is not as the description says, and how many calls were made.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import get_args

from engine.model.rights import Grant, Role
from engine.runtime.people import tokens
from tests.admin import fuzzing
from tests.admin.visitors import HAND, OWN_TOKEN, house_of, opened


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=50, help="For each call, role, and right or wrong data.")
    parser.add_argument("--only", default="", help="Only calls whose `METHOD /path` holds this.")
    parser.add_argument("--roles", nargs="*", default=["own", *get_args(Role)])
    asked = parser.parse_args()
    begin, count, wrong = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as home, opened(Path(home), api_calls_per_minute=10**9) as client:
        keys = {"own": OWN_TOKEN} | {
            role: tokens.add(house_of(client), role.replace("_", "-"), [Grant(role=role)], days=1, hand=HAND)
            for role in get_args(Role)
        }
        for operation in fuzzing.operations(client, asked.only):
            for role in asked.roles:
                count += 1
                for one in fuzzing.complaints(operation, keys[role], examples=asked.examples):
                    wrong += 1
                    print(f"--- {operation.label} as {role}\n{one}\n", flush=True)
    print(
        f"{count} calls by role, up to {2 * asked.examples} times each, in {time.monotonic() - begin:.0f} s: {wrong} complaints"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
