import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// The Content-Formats a peer of an LwM2M device may think of: those of RFC 7252, JSON, CBOR and SenML, the LwM2M ones of 1.0
/// and of its drafts, and some that nobody has.
private let formats = [
  0, 40, 41, 42, 47, 50, 60, 61, 110, 111, 112, 113, 310, 320, 322, 1541, 1542, 1543, 1544, 4711,
  11541, 11542, 11543, 11544, 65000, 65535,
]

private let link = 40
private let tlv = [1542, 11542]

/// A target, what can be read of it and how it can be written.
private struct Target: CustomStringConvertible {
  let path: String
  /// Of a Read; the first one without Accept.
  let reads: [Int]
  /// Of a Write, each with a payload that says something else than what is there.
  var writes: [Int: [UInt8]] = [:]
  /// Of a Write without Content-Format.
  var assumed = 0
  /// Octets are a format of this client's, but not of this value: which LwM2M 1.0 calls data of another format.
  var refusesOctets = false

  var description: String { path }

  static let all = [
    Target(path: "/3311", reads: [11542, 1542]),
    Target(
      path: "/3311/0", reads: [11542, 1542],
      writes: [11542: [0xE1, 0x16, 0xDB, 11], 1542: [0xE1, 0x16, 0xDB, 12]], assumed: 11542),
    Target(
      path: "/3311/0/5851", reads: [0] + tlv,
      writes: [0: [0x39], 11542: [0xE1, 0x16, 0xDB, 11], 1542: [0xE1, 0x16, 0xDB, 12]],
      refusesOctets: true),
    Target(
      path: "/3311/0/5750", reads: [0] + tlv,
      writes: [0: [0x62], 11542: [0xE1, 0x16, 0x76, 0x63], 1542: [0xE1, 0x16, 0x76, 0x64]],
      refusesOctets: true),
    Target(
      path: "/3311/0/5900", reads: [42, 0] + tlv,
      writes: [
        42: [9], 0: Array("AQI=".utf8), 11542: [0xE1, 0x17, 0x0C, 7], 1542: [0xE1, 0x17, 0x0C, 6],
      ]),
    Target(
      path: "/3311/0/11", reads: [11542, 1542],
      writes: [
        11542: [0x86, 11, 0x41, 1, 9, 0x41, 2, 9], 1542: [0x86, 11, 0x41, 1, 8, 0x41, 2, 8],
      ]),
  ]

  func refusal(of format: Int) -> Code {
    format == 42 && refusesOctets ? .badRequest : .unsupportedContentFormat
  }
}

private func device(_ consultation: Consultation = Consultation(executes: true)) -> ServedDevice {
  ServedDevice(
    [
      .one(Path(3311, 0, 5851), .integer, .integer(10)),
      .one(Path(3311, 0, 5750), .string, .text("a"), room: 8),
      .one(Path(3311, 0, 5900), .opaque, .bytes([1]), room: 8),
      .many(Path(3311, 0, 11), .integer, [(1, .integer(1)), (2, .integer(2))]),
      .action(Path(3311, 0, 5605)),
    ], consultation: consultation)
}

@Suite struct FormatMatrixTests {
  @Test(
    "4.1 RFC 7252 5.10, C Anjay Lite 3: a Read has the format that is asked for, or is 4.06; never another",
    arguments: Target.all)
  fileprivate func accept(_ target: Target) {
    let device = device()
    #expect(device.get(target.path).format == target.reads[0])
    for format in formats {
      let answer = device.get(target.path, [.accept(format)])
      if target.reads.contains(format) || format == link {
        #expect(answer.code == .content && answer.format == format)
      } else {
        #expect(answer.code == .notAcceptable && answer.payload.isEmpty, "\(format)")
      }
      let observed = device.observe(target.path, [.accept(format)], token: [1])
      #expect((observed.observe != nil) == target.reads.contains(format), "\(format)")
      device.get(target.path, [.observe(1)], token: [1])
    }
  }

  @Test(
    "4.1 RFC 7252 5.10, C Wakaama 3: a Write in a format the target does not have is 4.15, and nothing is stored",
    arguments: Target.all.filter { !$0.writes.isEmpty })
  fileprivate func contentFormat(_ target: Target) {
    for format in formats {
      for payload in [[0x39], target.writes[11542]!, target.writes[format] ?? []] {
        let device = device()
        let before = device.get(target.path).payload
        let answer = device.ask(.put, target.path, [.format(format)], payload: payload)
        if target.writes[format] == nil {
          #expect(answer.code == target.refusal(of: format), "\(format)")
          #expect(device.stored == [] && device.get(target.path).payload == before)
        } else if payload == target.writes[format] {
          #expect(answer.code == .changed, "\(format)")
          #expect(device.get(target.path).payload != before)
        }
      }
    }
    let device = device()
    let silent = device.ask(.put, target.path, payload: target.writes[target.assumed] ?? [0x39])
    let isTaken = target.writes[target.assumed] != nil
    #expect(silent.code == (isTaken ? .changed : .unsupportedContentFormat))
  }

  @Test(
    "4.1 RFC 7252 5.10: every number of an Accept and of a Content-Format, not only those that are known"
  )
  func everyNumber() {
    let target = Target.all[2]
    var wrong: [Int] = []
    for part in 0..<4 {
      let device = device()
      for format in part << 14..<(part + 1) << 14 {
        let read = device.get(target.path, [.accept(format)]).code
        let write = device.ask(
          .put, target.path, [.format(format)], payload: target.writes[format] ?? [0x39]
        ).code
        let isRead = target.reads.contains(format) || format == link
        if read != (isRead ? .content : .notAcceptable) { wrong.append(format) }
        let isWritten = target.writes[format] != nil
        if write != (isWritten ? .changed : target.refusal(of: format)) { wrong.append(format) }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count), first \(wrong.first ?? 0)")
  }

  @Test("4.1 RFC 7252 5.10: Create takes TLV and Execute text, and anything else is 4.15")
  func others() {
    for format in formats {
      let device = device(Consultation(executes: true, creates: true))
      device.verdict = { [unowned device] question in
        let path = Path(question.resource.path.object, question.resource.path.instance, 5851)
        if question.kind == .create { _ = device.bring(.one(path, .integer, .integer(1))) }
        return .agreed
      }
      let executed = device.ask(.post, "/3311/0/5605", [.format(format)], payload: [0x35]).code
      #expect(executed == (format == 0 ? .changed : .unsupportedContentFormat), "\(format)")
      let create = device.request(.post, "/3311", [.format(format)], payload: [0x08, 7, 0])
      let created = device.deliver(create).first?.code
      #expect(created == (tlv.contains(format) ? .created : .unsupportedContentFormat), "\(format)")
      let asked = (format == 0 ? ["execute /3311/0/5605 5"] : [])
      #expect(device.takeConversation() == asked + (tlv.contains(format) ? ["create /3311/7"] : []))
    }
  }

  @Test("4.1 RFC 7252 5.10: of two Content-Formats the first counts; two Accepts are 4.02")
  func repeated() {
    let device = device()
    let two = device.ask(
      .put, "/3311/0/5851", [.format(0), .format(11542)], payload: [0x37])
    #expect(two.code == .changed && device.value(Path(3311, 0, 5851)) == .integer(7))
    let reversed = device.ask(
      .put, "/3311/0/5851", [.format(4711), .format(0)], payload: [0x38])
    #expect(reversed.code == .unsupportedContentFormat)
    for pair in [(0, 11542), (11542, 0), (0, 0)] {
      let answer = device.get("/3311/0/5851", [.accept(pair.0), .accept(pair.1)])
      #expect(answer.code == .badOption)
    }
  }
}
