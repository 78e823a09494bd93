#!/usr/bin/env bash
# Every benchmark in bench/, one after the other. Figures are printed, nothing is asserted.
set -euo pipefail
cd "$(dirname "$0")/.."
for script in bench/*.py; do
  printf '== %s\n' "$script"
  .venv/bin/python "$script"
done
