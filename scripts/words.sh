# Words and small questions shared by the set-up scripts. Sourced, not run.

say() { printf '\033[1m▸ %s\033[0m\n' "$*"; }

fail() {
    printf '\033[31m✗ %s\033[0m\n' "$1" >&2
    shift
    printf '  %s\n' "$@" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

may_become_root() {
    [ "$(id -u)" = 0 ] || { have sudo && { sudo -n true 2>/dev/null || sudo true; }; }
}
