# shellcheck shell=sh
# Sourced by the other scripts: one-line errors, and apt where we may use it.

die() {
    echo "moiso: $*" >&2
    exit 1
}

# Install packages with apt, as root or by a sudo that asks nothing; 1 if we may not or cannot.
apt_install() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -eq 0 ]; then
        as_root="env"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n env"
    else
        return 1
    fi
    echo "moiso: installing $* with apt" >&2
    for package in "$@"; do
        if [ -z "$(apt-cache --quiet=0 madison "$package" 2>/dev/null)" ]; then
            $as_root apt-get -qq update >&2 || return 1
            break
        fi
    done
    $as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=120 install "$@" >/dev/null
}
