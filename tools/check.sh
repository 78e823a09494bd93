#!/usr/bin/env bash
# What CI runs, in the order of what is quickest to fail. Usage: tools/check.sh [lint]
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
# what is compiled once is kept: hundreds of processes start here
unset PYTHONDONTWRITEBYTECODE
failed=()
step() {
  local name=$1 began=$SECONDS
  shift
  printf '== %s\n' "$name"
  "$@" || failed+=("$name")
  printf '   %s: %d s\n' "$name" $((SECONDS - began))
}
step "style (ruff check)" $bin/ruff check --quiet .
step "format (ruff format)" $bin/ruff format --quiet --check .
step "types (mypy --strict)" $bin/mypy --no-error-summary
step "import contracts (lint-imports)" $bin/lint-imports
if [ "${1:-}" != lint ]; then
  # one more than processors: many tests wait for something (a line that hangs, a worker that is taken for dead)
  processes=$(($(nproc 2>/dev/null || echo 2) + 1))
  step "fast tests" $bin/pytest -q -n "$processes" --dist worksteal -m "not slow"
  step "slow tests (OCR, processes killed, PostgreSQL, SFTP)" $bin/pytest -q -n "$processes" --dist loadfile -m "slow and not siege" -rs
fi
if [ ${#failed[@]} -gt 0 ]; then
  printf '\nNOT GREEN: %s\n' "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
printf '\nAll green in %d s.\n' "$SECONDS"
