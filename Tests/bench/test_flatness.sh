#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The gate on flatness as a test; needs .build/dist/linux-x86_64.
set -euo pipefail

cd "$(dirname "$0")/../.."
exec python3 Tests/bench/flatness.py
