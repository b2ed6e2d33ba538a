#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows the main job in a terminal: a C program, linked with the embedded library, is bootstrapped by a
# OneNET-like platform on this machine, registers, reports, obeys, takes a long body in blocks and outlives an
# outage of the platform. `make demo` builds everything first. Exit status 0 only when every step was seen.
set -euo pipefail

dist=.build/dist/linux-x86_64
work=.build/demo
mkdir -p "$work"
log=$work/log
server=
device=
finish() {
  [ -z "$device" ] || kill "$device" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait 2>/dev/null || true
}
trap finish EXIT

# Waits until the log has a line of this form; prints what is in the parentheses.
await() {
  local found
  for _ in $(seq "$2"); do
    found=$(sed -n "s/$1/\1/p" "$log" | head -n 1)
    [ -z "$found" ] || { echo "$found"; return; }
    sleep 0.05
  done
}

echo "A C program and libnbiot.a ($(wc -c <"$dist/lib/libnbiot.a") bytes, Embedded Swift inside, no Swift runtime):"
echo "  cc sensor.c \$(pkg-config --cflags --libs nbiot-posix)"
PKG_CONFIG_PATH=$dist/lib/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
cc -std=c99 -Wall -Wextra ports/posix/examples/sensor.c -o "$work/sensor" \
  $(pkg-config --cflags --libs nbiot-posix)
echo
echo "The platform's side of what follows, <- from the device, -> to the device,"
echo "and behind a bar what the device prints:"
echo

: >"$log"
# One stream for both, so that what happened first stands first.
exec 3> >(tee "$log")
both=$!
.build/debug/onenet-local --port 0 --bootstrap-port 0 --script Tests/demo/demo.script >&3 2>&1 &
server=$!
port=$(await '.*Listening.*127\.0\.0\.1:\([0-9]*\), to bootstrap.*' 100)
[ -n "$port" ] || { echo "the server did not start"; exit 1; }

# An ACK_TIMEOUT of 0.8 s: within 6 to 9 s the device notices that nobody answers.
"$work/sensor" "coap://127.0.0.1:$port?bs" "867725030106226;460040000000001" 0 800 \
  > >(sed -u 's/^/            | /' >&3) 2>&1 &
device=$!

ended=$(await '.*Note.*\(The device ends\).*' 1200)
kill -TERM "$device"
status=0
wait "$server" || status=$?
server=
deviceStatus=0
wait "$device" || deviceStatus=$?
device=
exec 3>&-
wait "$both"

missing=0
# What it is called here, and what it looks like in the log.
saw() {
  if grep -Eq -e "$2" "$log"; then
    printf '  seen     %s\n' "$1"
  else
    printf '  MISSING  %s\n' "$1"
    missing=1
  fi
}
# The same, for what has been looked up already; nothing is nothing.
found() {
  if [ -n "$2" ]; then
    printf '  seen     %s: %s\n' "$1" "$2"
  else
    printf '  MISSING  %s\n' "$1"
    missing=1
  fi
}
crc() { sed -n "s/.*$1.* 4096 bytes, CRC-32 \([0-9a-f]\{8\}\).*/\1/p" "$log"; }

echo
echo "Seen on the wire:"
saw 'Bootstrap request' '<- Bootstrap +ep=867725030106226;460040000000001'
saw 'Write of the access server'"'"'s address' '<- 2.04 Changed +Bootstrap-Write /0/0/0'
saw 'Finish of the bootstrap' '<- 2.04 Changed +Bootstrap-Finish /bs'
saw 'Register, accepted' '<- Register .*ep=867725030106226;460040000000001'
saw 'Observe of the first object instance' '<- 2.05 Content +Observe /3303/0'
saw 'Observe of the second' '<- 2.05 Content +Observe /3311/0'
saw 'Discover of the first object' '<- 2.05 Content +Discover /3303'
saw 'Discover of the second' '<- 2.05 Content +Discover /3311'
saw 'Read of the Device object' '<- 2.05 Content +Read /3/0'
saw 'Notification with a value' '<- Notify +/3303/0.*5700'
saw 'Write of the dimmer' '<- 2.04 Changed +Write /3311/0/5851'
saw 'Notification of the new dimmer value' '<- Notify +/3311/0.*5851.*= 42'
saw 'Execute' '<- 2.04 Changed +Execute /3303/0/5605'
saw 'Update' '<- Update'
saw 'Write of 4,096 bytes, block by block' '<- 2.04 Changed +Write /5/0/0'
written=$(crc '-> Write +\?')
taken=$(crc '| package')
[ "$written" = "$taken" ] || written=
found 'The same CRC-32 on both sides' "$written"
saw 'Outage' '-- Gone +the access server'
found 'Register after it, seconds since the beginning' \
  "$(awk '/-- Back +the access/ { back = 1 } back && /<- Register/ { print $1; exit }' "$log")"
found 'Measurements of the outage, each delivered after it' "$(awk -f Tests/demo/outage.awk "$log")"
saw 'De-register' '<- De-?register'
if [ -n "$ended" ] && [ "$status$deviceStatus$missing" = 000 ]; then
  echo "Every step was seen."
else
  echo "Not every step was seen (server $status, device $deviceStatus)."
  exit 1
fi
