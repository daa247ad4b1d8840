#!/bin/bash
# Fetch the browser's files from npm and copy those we serve; no page ever asks a CDN.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/words.sh

say "取网页素材 · browser files from npm"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
    fail "取不到网页素材：npm 软件源连不上，请检查网络或 npm 的镜像设置（npm config get registry）" \
        "Cannot fetch the browser files: the npm registry is out of reach; check the network or npm's settings."
python3 -m dashboard.vendor
