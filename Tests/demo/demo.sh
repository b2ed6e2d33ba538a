#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows the main job in a terminal: a C program, linked with the embedded library, is bootstrapped by a
# OneNET-like platform on this machine, registers, reports, and obeys. `make demo` builds everything first.
# Exit status 0 only when the server saw every step.
set -euo pipefail

dist=.build/dist/linux-x86_64
work=.build/demo
mkdir -p "$work"
log=$work/server.log
server=
device=
finish() {
  [ -z "$device" ] || kill "$device" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait 2>/dev/null || true
}
trap finish EXIT

echo "A C program and libnbiot.a ($(wc -c <"$dist/lib/libnbiot.a") bytes, Embedded Swift inside, no Swift runtime):"
echo "  cc sensor.c \$(pkg-config --cflags --libs nbiot-posix)"
PKG_CONFIG_PATH=$dist/lib/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
cc -std=c99 -Wall -Wextra ports/posix/examples/sensor.c -o "$work/sensor" \
  $(pkg-config --cflags --libs nbiot-posix)
echo
echo "The platform's side of what follows, <- from the device, -> to the device:"
echo

: >"$log"
.build/debug/onenet-local --port 0 --bootstrap-port 0 --script Tests/demo/demo.script > >(tee "$log") 2>&1 &
server=$!
port=
for _ in $(seq 100); do
  port=$(sed -n 's/.*Listening.*127\.0\.0\.1:\([0-9]*\), to bootstrap.*/\1/p' "$log" | head -n 1)
  [ -z "$port" ] || break
  sleep 0.05
done
[ -n "$port" ] || { echo "the server did not start"; exit 1; }

"$work/sensor" "coap://127.0.0.1:$port?bs" "867725030106226;460040000000001" 7 >"$work/device.log" 2>&1 &
device=$!

status=0
wait "$server" || status=$?
server=
deviceStatus=0
wait "$device" || deviceStatus=$?
device=

echo
echo "The device's side:"
sed 's/^/  /' "$work/device.log"

missing=0
# A line of the server's log: what it is called here, and what it looks like there.
saw() {
  if grep -Eq "$2" "$log"; then
    printf '  seen     %s\n' "$1"
  else
    printf '  MISSING  %s\n' "$1"
    missing=1
  fi
}
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
saw 'De-register' '<- De-?register'
if [ "$status$deviceStatus$missing" = 000 ]; then
  echo "Every step was seen."
else
  echo "Not every step was seen (server $status, device $deviceStatus)."
  exit 1
fi
