#!/bin/sh
# Run Python as a Raspberry Pi does: Debian's arm64 Python and the locked arm64 wheels, on any
# machine, by qemu's user mode:  tools/arm64.sh -m tests.support.golden
# Everything lies in build/arm64, fetched by apt and pip; no package of this machine is touched.
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh

folder="$PWD/build/arm64"
# What draws a slip needs no more than these.
wheels="pillow segno python-escpos six"

# apt with a state of its own, in which nothing is installed and the machine is an arm64 one.
private_apt() {
    apt-get -qq -o "Dir::State=$folder/apt" -o "Dir::State::status=$folder/apt/status" \
        -o "Dir::Cache=$folder/apt" -o Dir::Etc::main=/dev/null -o Debug::NoLocking=1 \
        -o "APT::Architecture=$1" -o "APT::Architectures=$1" -o APT::Sandbox::User=root \
        -o APT::Install-Recommends=false "$2" -y $3
}

# Unpack packages with all that they need (from another architecture: not installed) into a folder.
unpack() {
    arch=$1 into=$2 && shift 2
    rm -rf "$folder/apt" && mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$into"
    : >"$folder/apt/status"
    private_apt "$arch" update "" >&2
    private_apt "$arch" install "--download-only $*" >&2
    for package in "$folder"/apt/archives/*.deb; do dpkg-deb -x "$package" "$into"; done
    rm -rf "$folder/apt"
}

fetch() {
    command -v apt-get >/dev/null || die "only where apt is: the arm64 Python comes from Debian"
    echo "moiso: fetching Python for arm64 into build/arm64" >&2
    rm -rf "$folder" && mkdir -p "$folder"
    unpack "$(dpkg --print-architecture)" "$folder/host" qemu-user-static
    find "$folder/host" -type f ! -name qemu-aarch64-static -delete
    unpack arm64 "$folder/system" python3
    version=$(cd "$folder/system/usr/bin" && ls | sed -n 's/^python3\.\([0-9]*\)$/3\1/p')
    python=$(ls .venv/bin/python)
    platforms=$(for old in 17 27 28 31 34 36 39; do echo "--platform manylinux_2_${old}_aarch64"; done)
    # The lock file's own lines, with their hashes, for these few.
    for wheel in $wheels; do sed -n "/^$wheel==/,/[0-9a-f]\$/p" requirements.lock; done \
        >"$folder/requirements.txt"
    # shellcheck disable=SC2086
    "$python" -m pip install -q --disable-pip-version-check --require-hashes --no-deps \
        --only-binary=:all: --implementation cp --python-version "$version" $platforms \
        --platform manylinux2014_aarch64 --target "$folder/site" -r "$folder/requirements.txt" >&2
    echo "$wanted" >"$folder/fetched"
}

wanted=$(cat requirements.lock tools/arm64.sh | sha256sum)
[ "$wanted" = "$(cat "$folder/fetched" 2>/dev/null)" ] || fetch
python=$(ls "$folder"/system/usr/bin/python3.[0-9]*)
[ "$(uname -m)" = aarch64 ] || emulator="$folder/host/usr/bin/qemu-aarch64-static -L $folder/system"
# shellcheck disable=SC2086
PYTHONHOME="$folder/system/usr" PYTHONPATH="$folder/site" PYTHONDONTWRITEBYTECODE=1 \
    exec ${emulator:-} "$python" "$@"
