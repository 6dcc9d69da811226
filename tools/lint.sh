#!/bin/sh
# Style, types and borders; stops at the first that fails. Wants tools/setup.sh dev first.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin

$bin/ruff check .
$bin/ruff format --check .
$bin/mypy
$bin/lint-imports --no-logo
