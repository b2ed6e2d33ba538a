// swift-tools-version: 6.2
import PackageDescription

let core: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "nbiot",
  products: [
    .library(name: "NBIoTBytes", targets: ["NBIoTBytes"]),
    .executable(name: "onenet-local", targets: ["onenet-local"]),
  ],
  targets: [
    .target(
      name: "CShims", path: "CShims", sources: ["assertions.c"], publicHeadersPath: "include"),
    .target(name: "NBIoTBytes", swiftSettings: core),
    .target(name: "CoAPWire", dependencies: ["NBIoTBytes"], swiftSettings: core),
    .target(name: "LwM2MModel", dependencies: ["NBIoTBytes"], swiftSettings: core),
    .target(
      name: "LwM2MFormats", dependencies: ["LwM2MModel", "NBIoTBytes"], swiftSettings: core),
    .testTarget(name: "NBIoTBytesTests", dependencies: ["NBIoTBytes"], swiftSettings: core),
    .target(
      name: "PlatformAccess",
      dependencies: ["CoAPWire", "LwM2MFormats", "LwM2MModel", "NBIoTBytes"],
      swiftSettings: core),
    .target(
      name: "PlatformConsole",
      dependencies: ["PlatformAccess", "CoAPWire", "LwM2MModel", "NBIoTBytes"],
      swiftSettings: core),
    .target(
      name: "PlatformSocket", dependencies: ["PlatformAccess"], swiftSettings: core),
    .executableTarget(
      name: "onenet-local",
      dependencies: ["PlatformAccess", "PlatformConsole", "PlatformSocket", "NBIoTBytes"],
      swiftSettings: core),
    .testTarget(
      name: "PlatformAccessTests",
      dependencies: ["PlatformAccess", "CoAPWire", "LwM2MModel", "NBIoTBytes"],
      swiftSettings: core),
    .testTarget(
      name: "PlatformConsoleTests",
      dependencies: ["PlatformConsole", "PlatformAccess", "CoAPWire", "LwM2MModel", "NBIoTBytes"],
      swiftSettings: core),
  ]
)
