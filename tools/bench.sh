#!/usr/bin/env bash
# The benchmarks, one after the other. Figures are printed, nothing is asserted.
set -euo pipefail
cd "$(dirname "$0")/.."
for script in bench/end_to_end.py bench/posting.py bench/reading.py; do
  printf '\n== %s\n' "$script"
  .venv/bin/python "$script"
done
