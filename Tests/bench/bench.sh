#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures, and writes the figures into docs/FOOTPRINT.md and README.md; needs .build/dist/linux-x86_64.
set -euo pipefail

cd "$(dirname "$0")/../.."
exec python3 Tests/bench/bench.py
