#!/bin/sh
# Make .venv-fuzz hold schemathesis, apart from .venv: it needs requests, which costs the server
# memory wherever it is merely installed. Renew the lock with tools/lock.sh.
set -eu
cd "$(dirname "$0")/../.."

venv=$PWD/.venv-fuzz
lock=tools/fuzz/requirements.lock
stamp=$(sha256sum "$lock" tools/fuzz/setup.sh | sha256sum | cut -d' ' -f1)
[ -x "$venv/bin/st" ] && [ "$(cat "$venv/.moiso" 2>/dev/null)" = "$stamp" ] && exit 0

echo "moiso: installing $lock into .venv-fuzz (once)" >&2
rm -rf "$venv"
.venv/bin/python -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
    --require-hashes -r "$lock"
echo "$stamp" >"$venv/.moiso"
