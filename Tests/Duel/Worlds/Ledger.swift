import NBModule

/// Every datagram of a world, and which law was broken.
struct Ledger {
  /// Where a datagram belongs: the port that the firmware asked for.
  struct Entry {
    let port: UInt16
    let at: UInt32
    var hasArrived = false
  }

  /// From the MCU, once the port took them.
  var up: [[UInt8]: Entry] = [:]
  /// To the MCU, once the peer sent them.
  var down: [[UInt8]: Entry] = [:]
  /// Ports the firmware has ever asked for.
  var ports: Set<UInt16> = []
  var lostIn = 0
  var lostOut = 0
  /// Sent to an address that lost a digit on its way through the UART.
  var astray = 0
  var truncated = 0
  /// Taken before the module was up, and dropped as the porting guide asks.
  var early = 0
  private(set) var findings: [String] = []

  mutating func find(_ finding: String) {
    if findings.count < 5 { findings.append(finding) }
  }

  /// A datagram reached the network from a socket with this port there.
  mutating func arriveUp(_ bytes: [UInt8], from port: UInt16, to: Endpoint, server: Endpoint) {
    guard let entry = up[bytes] else {
      return find("up: \(bytes.count) bytes that nobody sent: \(bytes.prefix(8))")
    }
    if entry.hasArrived { find("up: \(bytes.prefix(4)) arrived twice") }
    up[bytes]?.hasArrived = true
    if port != entry.port, ports.contains(port) || lostIn == 0 {
      find("up: sent by \(entry.port), left by \(port)")
    }
    guard to != server else { return }
    astray += 1
    if lostIn == 0 { find("up: gone to \(to)") }
  }

  /// A datagram was handed out by the socket that asked for `port`.
  mutating func arriveDown(_ bytes: [UInt8], at port: UInt16, from: Endpoint, server: Endpoint) {
    guard let entry = down[bytes] else {
      return find("down: \(bytes.count) bytes that nobody sent: \(bytes.prefix(8))")
    }
    if entry.hasArrived { find("down: \(bytes.prefix(4)) arrived twice") }
    down[bytes]?.hasArrived = true
    if port != entry.port, ports.contains(entry.port) || lostIn == 0 {
      find("down: sent to \(entry.port), arrived at \(port)")
    }
    if from != server, lostOut == 0 { find("down: comes from \(from)") }
  }

  /// Takes the entries of another world; where two are alike, the first stays.
  mutating func add(_ other: Ledger) {
    up.merge(other.up) { first, _ in first }
    down.merge(other.down) { first, _ in first }
    lostIn += other.lostIn
    lostOut += other.lostOut
  }

  func missing(_ entries: [[UInt8]: Entry], since moment: UInt32 = 0) -> Int {
    entries.values.count { !$0.hasArrived && $0.at >= moment }
  }
}
