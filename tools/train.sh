#!/usr/bin/env bash
# Fit the confidence model on the development corpora (where they stand) and on documents generated here.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=.postroom/train
arguments=()
for seed in 31 32 33; do
  [ -d "$folder/$seed" ] || .venv/bin/postroom samples "$folder/$seed" --seed "$seed" --count 60 --kind digital >/dev/null
  arguments+=(--samples "$folder/$seed")
done
exec .venv/bin/python bench/train.py --write "${arguments[@]}"
