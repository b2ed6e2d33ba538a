# SPDX-License-Identifier: Apache-2.0
# Sourced: embedded_flags FLAG... fills `swift_flags` with what every Embedded build shares, and FLAGs.
embedded_flags() {
  local flag
  swift_flags=()
  for flag in -enable-experimental-feature Embedded -wmo -enforce-exclusivity=unchecked \
    -Xfrontend -function-sections -Xfrontend -disable-stack-protector "$@"; do
    swift_flags+=(-Xswiftc "$flag")
  done
}
