# SPDX-License-Identifier: Apache-2.0
# Sourced: sets swiftc, clang, lld, objcopy and ar, taken from the Swift toolchain itself.

# A `swift` in PATH may be a launcher that lives elsewhere; the toolchain knows its own place.
find_toolchain() {
  local resources
  if ! command -v swiftc >/dev/null; then
    echo "toolchain: no swiftc in PATH; nbiot needs Swift 6.3 (swift.org)" >&2
    return 1
  fi
  resources=$(swiftc -print-target-info |
    sed -n 's/.*"runtimeResourcePath": *"\(.*\)".*/\1/p' | tr -d '\\')
  toolchain_bin=$(readlink -f "$resources/../../bin")
}

find_tool() {
  local name
  for name in "$@"; do
    if [ -x "$toolchain_bin/$name" ]; then
      echo "$toolchain_bin/$name"
      return
    elif command -v "$name" >/dev/null; then
      command -v "$name"
      return
    fi
  done
  echo "toolchain: none of $* beside swift or in PATH" >&2
  return 1
}

find_toolchain
swiftc=$(find_tool swiftc)
clang=$(find_tool clang)
clangxx=$(find_tool clang++)
lld=$(find_tool ld.lld)
objdump=$(find_tool llvm-objdump)
objcopy=$(find_tool llvm-objcopy)
ar=$(find_tool llvm-ar)
