#!/bin/sh
# Renew uv.lock from pyproject.toml, and the two files with hashes that pip reads.
# Arguments go to "uv lock": tools/lock.sh --upgrade
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh

command -v uv >/dev/null || die "needs uv; run: pipx install uv"
uv lock "$@"
uv export --quiet --frozen --no-header --no-emit-project --no-dev -o requirements.lock
uv export --quiet --frozen --no-header --no-emit-project -o requirements-dev.lock
uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header \
    --no-annotate tools/fuzz/requirements.in -o tools/fuzz/requirements.lock
