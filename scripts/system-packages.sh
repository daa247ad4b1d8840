#!/bin/bash
# Install what HalfHour needs from Debian and what is not there yet.
#   scripts/system-packages.sh app     PostgreSQL with PostGIS, Node for the browser files
#   scripts/system-packages.sh test    Chromium and Chinese fonts as well
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/words.sh

OLDEST_POSTGRESQL=15

# True if some installed PostgreSQL is new enough and has PostGIS beside it.
has_postgis() {
    local server major
    for server in /usr/lib/postgresql/*/bin/initdb; do
        major=${server#/usr/lib/postgresql/}
        major=${major%%/*}
        if [ -x "$server" ] && [ "$major" -ge $OLDEST_POSTGRESQL ] 2>/dev/null &&
            [ -e "/usr/share/postgresql/$major/extension/postgis.control" ]; then
            return 0
        fi
    done
    return 1
}

# The newest PostgreSQL for which this Debian offers PostGIS.
offered_postgresql() {
    { apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' || true; } |
        sed -E 's/^postgresql-([0-9]+)-.*/\1/' | sort -n | tail -1
}

# The driver that the browser tests bring along needs it and cannot say so.
has_libatomic() { [[ $(PATH=$PATH:/sbin:/usr/sbin ldconfig -p) == *libatomic.so.1* ]]; }

has_chinese_font() { have fc-list && [ -n "$(fc-list :lang=zh-cn | head -1)" ]; }

missing_packages() {
    has_postgis || echo "postgresql postgis"
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    have node || echo nodejs
    have npm || echo npm
    if [ "$1" = test ]; then
        have chromium || have chromium-browser || have google-chrome || echo chromium
        has_libatomic || echo libatomic1
        has_chinese_font || echo "fontconfig fonts-noto-cjk"
    fi
}

# What apt says goes into a log: it is long, and worrying where nothing is wrong.
LOG=.tools/apt.log
apt() {
    mkdir -p .tools
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o Acquire::Retries=3 \
        -o DPkg::Lock::Timeout=600 -o DPkg::Use-Pty=0 "$@" </dev/null >>$LOG 2>&1
}

install() {
    apt install --no-install-recommends "$@" && return
    tail -5 $LOG >&2
    fail "系统软件安装失败，详情在 $LOG；请检查网络后再试" \
        "Installing failed, details in $LOG: check the network and run make again."
}

# HalfHour runs a cluster of its own; Debian need not make one that listens on port 5432.
without_default_cluster() {
    [ -e /etc/postgresql-common ] && return
    install postgresql-common
    echo "create_main_cluster = false" | as_root tee -a /etc/postgresql-common/createcluster.conf >/dev/null
}

wanted=$(missing_packages "$1" | tr '\n' ' ')
if [ -z "${wanted// /}" ]; then
    say "系统软件齐全 · system packages are complete"
    exit 0
fi

say "需要系统软件 · needed from Debian: $wanted"
if ! have apt-get; then
    fail "这台电脑没有 apt-get，请自行安装：$wanted(PostgreSQL ≥ $OLDEST_POSTGRESQL)" \
        "No apt-get here: please install these yourself, then run make again."
fi
if ! may_become_root; then
    fail "没有 root 权限，也没有 sudo。请让管理员运行：" \
        "apt-get install ${wanted/postgresql postgis/postgresql-15 postgresql-15-postgis-3}" \
        "Neither root nor sudo: ask an administrator to run the line above, then run make again."
fi

say "更新软件清单 · apt-get update"
apt update || say "软件清单没有全部更新，继续 · some lists were not updated, going on"
if [[ $wanted == *postgis* ]]; then
    major=$(offered_postgresql)
    if [ -z "$major" ] || [ "$major" -lt $OLDEST_POSTGRESQL ]; then
        fail "软件源里没有 PostgreSQL $OLDEST_POSTGRESQL 以上的 PostGIS（需要 Debian 12 或更新）" \
            "The package lists offer no PostGIS for PostgreSQL $OLDEST_POSTGRESQL or newer: check the network and /etc/apt/sources.list."
    fi
    wanted=${wanted/postgresql postgis/postgresql-$major postgresql-$major-postgis-3}
    without_default_cluster
fi
say "安装，需几分钟 · installing, a few minutes: $wanted"
# shellcheck disable=SC2086  # a list of words
install $wanted
say "系统软件已装好 · system packages are ready"
