// swift-tools-version: 6.2
import PackageDescription

let core: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableExperimentalFeature("Lifetimes"),
  .enableExperimentalFeature("RawLayout"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: core)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: core)
}

let package = Package(
  name: "nbiot",
  products: [
    .library(name: "nbiot", type: .static, targets: ["NBIoT"]),
    .executable(name: "onenet-local", targets: ["onenet-local"]),
    .executable(name: "nbiot-modem", targets: ["nbiot-modem"]),
  ],
  targets: [
    .target(
      name: "CShims", path: "CShims", sources: ["assertions.c"], publicHeadersPath: "include"),
    layer("NBIoTBytes", []),
    layer("CoAPWire", ["NBIoTBytes"]),
    layer("CoAPExchange", ["CoAPWire", "NBIoTBytes"]),
    layer("LwM2MModel", ["NBIoTBytes"]),
    layer("LwM2MFormats", ["LwM2MModel", "NBIoTBytes"]),
    layer(
      "LwM2MClient", ["CoAPExchange", "CoAPWire", "LwM2MFormats", "LwM2MModel", "NBIoTBytes"]),
    layer(
      "NBIoT",
      [
        "CShims", "CoAPExchange", "CoAPWire", "LwM2MClient", "LwM2MFormats", "LwM2MModel",
        "NBIoTBytes",
      ]),
    tests(
      "NBIoTTests",
      ["CShims", "CoAPExchange", "CoAPWire", "LwM2MClient", "LwM2MModel", "NBIoT", "NBIoTBytes"]),
    tests("NBIoTBytesTests", ["Fixtures", "NBIoTBytes"]),
    tests("CoAPWireTests", ["CoAPWire", "Fixtures", "NBIoTBytes"]),
    tests("LwM2MModelTests", ["Fixtures", "LwM2MModel", "NBIoTBytes"]),
    tests("LwM2MFormatsTests", ["LwM2MFormats", "LwM2MModel", "NBIoTBytes"]),
    layer("PlatformAccess", ["CoAPWire", "LwM2MFormats", "LwM2MModel", "NBIoTBytes"]),
    layer("ConsoleText", ["NBIoTBytes"]),
    layer(
      "PlatformConsole", ["ConsoleText", "PlatformAccess", "CoAPWire", "LwM2MModel", "NBIoTBytes"]),
    layer("PlatformSocket", ["PlatformAccess"]),
    layer("ATCommands", ["NBIoTBytes"]),
    layer("NBModule", ["ATCommands", "NBIoTBytes"]),
    tests("ATCommandsTests", ["ATCommands", "NBIoTBytes"]),
    tests("NBModuleTests", ["ATCommands", "NBModule", "NBIoTBytes"]),
    .target(
      name: "ATModem", dependencies: ["CShims"], path: "ports/at-modem",
      exclude: ["README.md", "examples", "source/default.c"], sources: ["source"],
      publicHeadersPath: "include"),
    .target(name: "DuelFirmware", dependencies: ["ATModem"], path: "Tests/Duel/Firmware"),
    .testTarget(
      name: "DuelTests", dependencies: ["DuelFirmware", "NBModule", "NBIoTBytes"],
      path: "Tests/Duel/Worlds", swiftSettings: core),
    .executableTarget(
      name: "onenet-local",
      dependencies: [
        "ConsoleText", "PlatformAccess", "PlatformConsole", "PlatformSocket", "NBIoTBytes",
      ],
      swiftSettings: core),
    layer("ModemConsole", ["ConsoleText", "NBIoTBytes", "NBModule"]),
    .executableTarget(
      name: "nbiot-modem",
      dependencies: [
        "ConsoleText", "ModemConsole", "NBIoTBytes", "NBModule", "PlatformAccess", "PlatformSocket",
      ],
      swiftSettings: core),
    tests("ConsoleTextTests", ["ConsoleText"]),
    tests("ModemConsoleTests", ["ConsoleText", "ModemConsole", "NBIoTBytes", "NBModule"]),
    tests("PlatformAccessTests", ["PlatformAccess", "CoAPWire", "LwM2MModel", "NBIoTBytes"]),
    tests(
      "PlatformConsoleTests",
      ["ConsoleText", "PlatformConsole", "PlatformAccess", "CoAPWire", "LwM2MModel", "NBIoTBytes"]),
    tests("CoAPExchangeTests", ["CoAPExchange", "CoAPWire", "Fixtures", "NBIoTBytes"]),
    .target(
      name: "Fixtures", dependencies: ["CoAPWire", "NBIoTBytes"], path: "Tests/Fixtures",
      swiftSettings: core),
    .target(
      name: "Simulation",
      dependencies: [
        "CoAPExchange", "CoAPWire", "Fixtures", "LwM2MClient", "LwM2MModel", "NBIoTBytes",
      ],
      path: "Tests/Simulation", swiftSettings: core),
    tests(
      "LwM2MClientTests",
      [
        "CoAPExchange", "CoAPWire", "LwM2MClient", "LwM2MFormats", "LwM2MModel", "NBIoTBytes",
        "Simulation",
      ]),
    .target(
      name: "Fuzzing",
      dependencies: [
        "ATCommands", "CoAPExchange", "CoAPWire", "Fixtures", "LwM2MClient", "LwM2MFormats",
        "LwM2MModel", "NBIoT", "NBIoTBytes", "NBModule", "PlatformAccess", "Simulation",
      ],
      path: "Tests/fuzz/Fuzzing", swiftSettings: core),
    .testTarget(
      name: "FuzzReplayTests", dependencies: ["Fuzzing"], path: "Tests/fuzz/Replay",
      swiftSettings: core),
  ]
)
