#!/bin/bash
# Compile the travel-time engine now, so that the first dispatch does not wait for it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/words.sh

if [ -e routing/warm_up.py ]; then
    say "预热路程计算 · compiling the travel-time engine"
    .venv/bin/python -m routing.warm_up
fi
