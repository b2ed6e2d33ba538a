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
    .library(name: "NBIoTBytes", targets: ["NBIoTBytes"])
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
    .testTarget(
      name: "LwM2MFormatsTests", dependencies: ["LwM2MFormats", "LwM2MModel", "NBIoTBytes"],
      swiftSettings: core),
  ]
)
