import ConsoleText
import NBIoTBytes
import NBModule

/// Writes what happens as lines that someone who never saw a module can follow.
public struct Transcript: Sendable {
  private enum Speaker: String {
    case mcu = "   MCU >"
    case module = "module >"
    case out = "   UDP >"
    case `in` = "   UDP <"
    case remark = "      --"
  }

  private let time: TimeColumn

  public init(start: Instant) {
    time = TimeColumn(start: start)
  }

  public func line(for event: ModuleEvent, now: Instant) -> String {
    switch event {
    case .heard(let text): line(.mcu, text.printable, now)
    case .said(let text): line(.module, text.printable, now)
    case .sent(let socket, let peer, let length):
      line(.out, "socket \(socket) to \(peer.text), \(length) bytes", now)
    case .received(let socket, let peer, let length):
      line(.in, "socket \(socket) from \(peer.text), \(length) bytes", now)
    case .fault(let fault): remark("Fault", fault.text, now: now)
    case .restarted(let cause): remark("Restart", cause.rawValue, now: now)
    case .registration(let status):
      remark("Network", "\(status): \(Transcript.meaning(ofStatus: status))", now: now)
    case .radio(let isConnected): remark("Radio", isConnected ? "connected" : "idle", now: now)
    case .dropped(let socket, let length, let reason):
      remark("Dropped", "\(length) bytes for socket \(socket): \(reason)", now: now)
    }
  }

  public func lines(for report: Attendant.Report, now: Instant) -> [String] {
    switch report {
    case .began(let line): [remark("Order", line, now: now)]
    case .waited(let line): [remark("Done", line, now: now)]
    case .failed(let line, let reason): [remark("Not done", "\(line): \(reason)", now: now)]
    case .said(let text): [remark("Note", text, now: now)]
    case .help(let usages): usages.map { remark("Orders", $0, now: now) }
    }
  }

  public func remark(_ title: String, _ text: String, now: Instant) -> String {
    let gap = String(repeating: " ", count: max(2, 12 - title.count))
    return line(.remark, title + gap + text, now)
  }

  private func line(_ speaker: Speaker, _ text: String, _ now: Instant) -> String {
    time.text(at: now) + "  " + speaker.rawValue + " " + text
  }

  private static func meaning(ofStatus status: UInt8) -> String {
    switch status {
    case 0: "not registered, not searching"
    case 1: "registered"
    case 2: "not registered, searching"
    case 3: "registration denied"
    case 5: "registered, roaming"
    default: "unknown"
    }
  }

  /// The line for a terminal: of a payload the first bytes and how many they are.
  public static func abridged(_ line: String) -> String {
    let pieces = line.split(separator: ",", omittingEmptySubsequences: false)
    return pieces.map { piece in
      let isPayload = piece.utf8.count > longestPayload && piece.allSatisfy(\.isHexDigit)
      return isPayload ? "\(piece.prefix(16))...(\(piece.utf8.count / 2) bytes)" : String(piece)
    }.joined(separator: ",")
  }

  /// Digits that are shown.
  private static let longestPayload = 64
}

extension ModuleEvent.Fault {
  fileprivate var text: String {
    switch self {
    case .lostFromMCU(let byte): "\(byte.printable) from the MCU is lost"
    case .lostToMCU(let byte): "\(byte.printable) to the MCU is lost"
    case .delayed(let duration): "the answer comes \(duration.count) ms late"
    case .interleaved(let line): "\(line) comes in between"
    case .rebooted: "the module restarts instead of answering"
    case .refused(let code): "+CME ERROR:\(code) instead of doing it"
    }
  }
}

extension UInt8 {
  /// A character in quotes, or its number.
  fileprivate var printable: String {
    (0x21..<0x7F).contains(self)
      ? "'\(Character(Unicode.Scalar(self)))'" : "character \(self)"
  }
}

extension String {
  /// What would move the cursor is written as its number: `\x08`.
  fileprivate var printable: String {
    var result = ""
    for scalar in unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\x" + (digits.count < 2 ? "0" : "") + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
