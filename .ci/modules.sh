# SPDX-License-Identifier: Apache-2.0
# Sourced after toolchain.sh: compiles the library's modules as Embedded Swift.

# Each before those that import it; as in Package.swift, whose settings of these modules stand here too.
modules=(NBIoTBytes CoAPWire CoAPExchange LwM2MModel LwM2MFormats LwM2MClient NBIoT)
module_flags=(-parse-as-library -swift-version 6 -strict-memory-safety -warnings-as-errors
  -enable-experimental-feature Lifetimes -enable-experimental-feature RawLayout
  -enable-experimental-feature Embedded -enforce-exclusivity=unchecked -wmo -num-threads 0
  -Xfrontend -function-sections -Xfrontend -disable-stack-protector -Xcc -fomit-frame-pointer
  -Xcc -fmodule-map-file=CShims/include/module.modulemap)

# compile_modules TRIPLE FOLDER SUFFIX FLAG...: FOLDER/MODULE.SUFFIX of every module.
compile_modules() {
  local triple=$1 folder=$2 suffix=$3 module
  shift 3
  mkdir -p "$folder"
  for module in "${modules[@]}"; do
    "$swiftc" -target "$triple" "${module_flags[@]}" "$@" -module-name "$module" \
      -I "$folder" -module-cache-path .build/modules \
      -emit-module-path "$folder/$module.swiftmodule" \
      -c "Sources/$module"/*.swift -o "$folder/$module.$suffix"
  done
}
