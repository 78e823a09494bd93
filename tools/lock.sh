#!/usr/bin/env bash
# Resolve pyproject.toml into the two lock files. Needs uv; names no registry in the result.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() {
  uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --generate-hashes \
    --no-emit-index-url --no-emit-find-links pyproject.toml "${@:2}" -o "$1" >/dev/null
}
lock requirements.lock
lock requirements-dev.lock --group dev
lock requirements-bench.lock --group dev --group bench
