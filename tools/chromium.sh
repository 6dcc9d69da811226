#!/bin/sh
# Print the browser for tests and pictures: $MOISO_CHROMIUM, else one that is installed.
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return
    done
    return 1
}

if [ -n "${MOISO_CHROMIUM:-}" ]; then
    command -v "$MOISO_CHROMIUM" || die "MOISO_CHROMIUM=$MOISO_CHROMIUM is no program"
    exit
fi
find_browser && exit
apt_install chromium || die "Chromium is missing; run: sudo apt install chromium (or set MOISO_CHROMIUM)"
find_browser || die "Chromium was installed but is not on the PATH; set MOISO_CHROMIUM"
