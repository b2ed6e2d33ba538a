import LwM2MModel

/// What is known of a resource from its numbers alone.
public struct ResourceDescription: Equatable, Sendable {
  public let name: String
  /// `nil` for one that is executed.
  public let type: ValueType?

  init(_ name: String, _ type: ValueType?) {
    self.name = name
    self.type = type
  }
}

extension Path {
  /// The description of the resource, when it is a common one.
  public var resourceDescription: ResourceDescription? {
    guard depth == 3 else { return nil }
    let own: [UInt16: ResourceDescription]? =
      switch object {
      case 0: securityResources
      case 1: serverResources
      case 3: deviceResources
      case 4: connectivityResources
      case 5: firmwareResources
      case 6: locationResources
      default: nil
      }
    return own?[resource] ?? (object >= 3200 ? reusableResources[resource] : nil)
  }
}

/// Object 0, LwM2M Security.
private let securityResources: [UInt16: ResourceDescription] = [
  0: .init("Server URI", .string), 1: .init("Bootstrap-Server", .boolean),
  2: .init("Security Mode", .integer), 3: .init("Public Key or Identity", .opaque),
  4: .init("Server Public Key", .opaque), 5: .init("Secret Key", .opaque),
  6: .init("SMS Security Mode", .integer), 7: .init("SMS Binding Key", .opaque),
  8: .init("SMS Binding Secret Key", .opaque), 9: .init("Server SMS Number", .string),
  10: .init("Short Server ID", .integer), 11: .init("Client Hold Off Time", .integer),
  12: .init("Bootstrap-Server Account Timeout", .integer),
]

/// Object 1, LwM2M Server.
private let serverResources: [UInt16: ResourceDescription] = [
  0: .init("Short Server ID", .integer), 1: .init("Lifetime", .integer),
  2: .init("Default Minimum Period", .integer), 3: .init("Default Maximum Period", .integer),
  4: .init("Disable", nil), 5: .init("Disable Timeout", .integer),
  6: .init("Notification Storing", .boolean), 7: .init("Binding", .string),
  8: .init("Registration Update Trigger", nil),
]

/// Object 3, Device.
private let deviceResources: [UInt16: ResourceDescription] = [
  0: .init("Manufacturer", .string), 1: .init("Model Number", .string),
  2: .init("Serial Number", .string), 3: .init("Firmware Version", .string),
  4: .init("Reboot", nil), 5: .init("Factory Reset", nil),
  6: .init("Available Power Sources", .integer), 7: .init("Power Source Voltage", .integer),
  8: .init("Power Source Current", .integer), 9: .init("Battery Level", .integer),
  10: .init("Memory Free", .integer), 11: .init("Error Code", .integer),
  12: .init("Reset Error Code", nil), 13: .init("Current Time", .integer),
  14: .init("UTC Offset", .string), 15: .init("Timezone", .string),
  16: .init("Supported Binding and Modes", .string), 17: .init("Device Type", .string),
  18: .init("Hardware Version", .string), 19: .init("Software Version", .string),
  20: .init("Battery Status", .integer), 21: .init("Memory Total", .integer),
]

/// Object 4, Connectivity Monitoring.
private let connectivityResources: [UInt16: ResourceDescription] = [
  0: .init("Network Bearer", .integer), 1: .init("Available Network Bearer", .integer),
  2: .init("Radio Signal Strength", .integer), 3: .init("Link Quality", .integer),
  4: .init("IP Addresses", .string), 5: .init("Router IP Addresses", .string),
  6: .init("Link Utilization", .integer), 7: .init("APN", .string),
  8: .init("Cell ID", .integer), 9: .init("SMNC", .integer), 10: .init("SMCC", .integer),
]

/// Object 5, Firmware Update.
private let firmwareResources: [UInt16: ResourceDescription] = [
  0: .init("Package", .opaque), 1: .init("Package URI", .string), 2: .init("Update", nil),
  3: .init("State", .integer), 5: .init("Update Result", .integer), 6: .init("PkgName", .string),
  7: .init("PkgVersion", .string),
]

/// Object 6, Location.
private let locationResources: [UInt16: ResourceDescription] = [
  0: .init("Latitude", .float), 1: .init("Longitude", .float), 2: .init("Altitude", .float),
  3: .init("Radius", .float), 4: .init("Velocity", .opaque), 5: .init("Timestamp", .integer),
  6: .init("Speed", .float),
]

/// The resources that IPSO objects share.
private let reusableResources: [UInt16: ResourceDescription] = [
  5500: .init("Digital Input State", .boolean), 5501: .init("Digital Input Counter", .integer),
  5502: .init("Digital Input Polarity", .boolean),
  5503: .init("Digital Input Debounce", .integer),
  5504: .init("Digital Input Edge Selection", .integer),
  5505: .init("Digital Input Counter Reset", nil), 5506: .init("Current Time", .integer),
  5507: .init("Fractional Time", .float), 5513: .init("Latitude", .string),
  5514: .init("Longitude", .string), 5515: .init("Altitude", .string),
  5516: .init("Uncertainty", .string), 5517: .init("Velocity", .opaque),
  5518: .init("Timestamp", .integer), 5521: .init("Delay Duration", .float),
  5522: .init("Clip", .opaque), 5523: .init("Trigger", nil), 5524: .init("Duration", .float),
  5525: .init("Minimum Off-time", .float), 5526: .init("Mode", .integer),
  5527: .init("Text", .string), 5530: .init("Clear Display", nil),
  5531: .init("Contrast", .float), 5536: .init("Position", .float),
  5538: .init("Remaining Time", .float), 5544: .init("Cumulative Time", .float),
  5550: .init("Digital Output State", .boolean),
  5551: .init("Digital Output Polarity", .boolean),
  5600: .init("Analog Input Value", .float), 5601: .init("Min Measured Value", .float),
  5602: .init("Max Measured Value", .float), 5603: .init("Min Range Value", .float),
  5604: .init("Max Range Value", .float), 5605: .init("Reset Min and Max", nil),
  5650: .init("Analog Output Value", .float), 5700: .init("Sensor Value", .float),
  5701: .init("Sensor Units", .string), 5702: .init("X Value", .float),
  5703: .init("Y Value", .float), 5704: .init("Z Value", .float),
  5705: .init("Compass Direction", .float), 5706: .init("Colour", .string),
  5750: .init("Application Type", .string), 5751: .init("Sensor Type", .string),
  5800: .init("Active Power", .float), 5805: .init("Cumulative Active Power", .float),
  5810: .init("Reactive Power", .float), 5815: .init("Cumulative Reactive Power", .float),
  5820: .init("Power Factor", .float), 5821: .init("Calibration Value", .float),
  5850: .init("On/Off", .boolean), 5851: .init("Dimmer", .integer),
  5852: .init("On Time", .integer), 5853: .init("Multi-state Output", .string),
  5854: .init("Off Time", .integer),
]
