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
    .testTarget(name: "NBIoTBytesTests", dependencies: ["NBIoTBytes"], swiftSettings: core),
  ]
)
