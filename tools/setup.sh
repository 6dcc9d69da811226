#!/bin/sh
# Make .venv hold exactly what the lock files name, and the command .venv/bin/moiso.
#
#   tools/setup.sh run    what the product needs    (requirements.lock)
#   tools/setup.sh dev    that and the tests' tools (requirements-dev.lock)
#
# A stamp in .venv remembers lock, Python and place, so that the next run takes no time.
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh

kind=${1:-run}
case $kind in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) die "usage: tools/setup.sh run|dev" ;;
esac

venv=$PWD/.venv
is_supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))'

# What a finished set-up is keyed on: $1 is the lock file, $2 the Python.
stamp_of() {
    {
        cat "$1" tools/setup.sh
        "$2" -c 'import sys; print(sys.version, sys.platform)' 2>/dev/null
        echo "$venv"
    } | sha256sum | cut -d' ' -f1
}

is_done() {
    [ -x "$venv/bin/moiso" ] && [ -f "$venv/.moiso-$1" ] &&
        [ "$(cat "$venv/.moiso-$1")" = "$(stamp_of "$2" "$venv/bin/python")" ]
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null && "$name" -c "$is_supported" 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    found=$(python3 --version 2>/dev/null || echo "no Python")
    die "needs Python 3.11 to 3.14, found $found; on Debian 12 or newer: apt install python3 python3-venv"
}

# An environment serves if it runs, has pip and was made at this place.
is_usable_venv() {
    [ -x "$venv/bin/python" ] && "$venv/bin/python" -c "$is_supported" 2>/dev/null &&
        "$venv/bin/python" -c 'import pip' 2>/dev/null &&
        grep -qF "$venv" "$venv/bin/activate" 2>/dev/null
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        apt_install "$package" || die "Python's venv is missing; run: sudo apt install $package"
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv" || die "cannot make $venv with $python"
}

# Uninstall what an older lock file had: what is merely installed can cost memory or hide a bug.
remove_strangers() {
    strangers=$("$venv/bin/python" - requirements-dev.lock <<'PYTHON'
import re, sys
from importlib.metadata import distributions
from pathlib import Path

locked = set(re.findall(r"^([a-z0-9-]+)==", Path(sys.argv[1]).read_text(), re.M)) | {"pip"}
names = {re.sub(r"[-_.]+", "-", d.metadata["Name"]).lower() for d in distributions()}
print(*sorted(names - locked))
PYTHON
    )
    # shellcheck disable=SC2086 # a list of names
    [ -z "$strangers" ] || "$venv/bin/python" -m pip uninstall --quiet --yes $strangers
}

# The project itself: a path file and a launcher. No build, so nothing unhashed is fetched.
link_project() {
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    echo "$PWD" >"$site/moiso.pth"
    cat >"$venv/bin/moiso" <<LAUNCHER
#!/bin/sh
exec "$venv/bin/python" -P -c 'import sys; sys.argv[0] = "moiso"; from appliance.cli import main; sys.exit(main())' "\$@"
LAUNCHER
    chmod +x "$venv/bin/moiso"
}

if is_done "$kind" "$lock" || { [ "$kind" = run ] && is_done dev requirements-dev.lock; }; then
    exit 0
fi

is_usable_venv || make_venv
echo "moiso: installing $lock into .venv (once; about a minute)" >&2
rm -f "$venv/.moiso-$kind"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
    --require-hashes -r "$lock" || die "pip could not install $lock; the message above says why"
remove_strangers
link_project
stamp_of "$lock" "$venv/bin/python" >"$venv/.moiso-$kind"
