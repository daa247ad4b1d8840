#!/bin/bash
# Make .venv from requirements.lock with uv, which lives in .tools and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/words.sh

if [ ! -x .tools/bin/uv ]; then
    say "安装 uv · installing uv"
    rm -rf .tools/bin .tools/lib
    python3 -m venv .tools
    .tools/bin/python -m pip install --quiet --disable-pip-version-check -r scripts/uv.txt ||
        fail "取不到 uv：Python 软件源连不上，请检查网络或 pip 的镜像设置（pip config）" \
            "Cannot fetch uv: the Python package index is out of reach; check the network or pip's settings."
fi

# uv does not read pip's settings, and a mirror is usually told to pip alone.
eval "$(.tools/bin/python scripts/uv_settings.py)"

[ -x .venv/bin/python ] || .tools/bin/uv venv --quiet --python 3.11 .venv ||
    fail "没有 Python 3.11" "Python 3.11 is missing: apt-get install python3.11"
install() {
    .tools/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes "$@" requirements.lock &&
        .tools/bin/uv pip install --quiet --python .venv/bin/python --no-deps "$@" --editable .
}

say "安装 Python 组件，首次约一分钟 · Python packages from requirements.lock"
# Without a network, what was fetched before is often enough.
install || install --offline 2>/dev/null ||
    fail "Python 组件没有装全，见上面的说明；请检查网络或 pip 的镜像设置后再试" \
        "Some Python packages could not be installed, see above: check the network or pip's settings."
say "Python 组件已装好 · Python packages are ready"
