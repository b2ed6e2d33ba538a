#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# board.sh [TARGET]: what calls take of the stack and requests of instructions on the emulated board.
#
# Prints lines `stack CALL BYTES` and `instructions OPERATION COUNT`, where CALL may have blanks.
# Needs .build/dist/TARGET.
set -euo pipefail

cd "$(dirname "$0")/../.."
target=${1:-cortex-m4}

# The programs print `NUMBER WHAT`.
run() {
  local kind=$1 name=$2 source sources=()
  shift 2
  for source in "$name" "$@"; do
    sources+=("Tests/bench/$source.c")
  done
  python3 .ci/boards.py "$target" "${sources[@]}" | sed "s/^\([0-9]*\) \(.*\)/$kind \2 \1/"
}

run stack stack paint stack_bootstrap stack_peer
run instructions instructions stack_peer
