import CoAPWire
import LwM2MClient
import Simulation

/// TLVs as a bootstrap server writes them, independent of the codec under test.
enum TLV {
  static func instance(_ id: UInt8, _ values: [UInt8]...) -> [UInt8] {
    record(0x00, id, values.flatMap(\.self))
  }

  static func multiple(_ id: UInt8, _ values: [UInt8]) -> [UInt8] { record(0x80, id, values) }

  static func value(_ id: UInt8, _ text: String) -> [UInt8] { record(0xC0, id, Array(text.utf8)) }

  static func value(_ id: UInt8, _ bytes: [UInt8]) -> [UInt8] { record(0xC0, id, bytes) }

  /// In one, two or four bytes.
  static func value(_ id: UInt8, _ number: Int) -> [UInt8] {
    let size =
      Int(Int8(truncatingIfNeeded: number)) == number
      ? 1 : Int(Int16(truncatingIfNeeded: number)) == number ? 2 : 4
    return record(0xC0, id, (0..<size).reversed().map { UInt8(number >> ($0 * 8) & 0xFF) })
  }

  private static func record(_ kind: UInt8, _ id: UInt8, _ value: [UInt8]) -> [UInt8] {
    value.count < 8
      ? [kind | UInt8(value.count), id] + value : [kind | 0x08, id, UInt8(value.count)] + value
  }
}

/// What the tests' bootstrap server writes.
enum Order {
  /// The Security instance of the access server.
  static let access =
    TLV.value(0, "coap://access.example:5683") + TLV.value(1, 0) + TLV.value(2, 3)
    + TLV.value(10, 123)
  /// Its Server instance.
  static let server =
    TLV.value(0, 123) + TLV.value(1, 300) + TLV.value(2, 5) + TLV.value(3, 60)
    + TLV.value(5, 3600) + TLV.value(6, 0) + TLV.value(7, "U")
}

extension World {
  /// A request of the server the device has a link to. Returns the code it was answered with; `nil` = not at all.
  @discardableResult
  func order(
    _ method: Code, _ path: String, _ payload: [UInt8] = [], format: Int? = nil
  ) -> Int32? {
    nextOrder += 1
    let before = sent.count
    deliver(
      Datagram(
        .confirmable, method, id: nextOrder, token: [7, UInt8(nextOrder & 0xFF)],
        options: Datagram.Field.path(path) + (format.map { [.format($0)] } ?? []),
        payload: payload))
    guard sent.count > before else { return nil }
    return sent[before].code.decimal
  }

  @discardableResult
  func writes(_ path: String, _ payload: [UInt8], format: Int = 11542) -> Int32? {
    order(.put, path, payload, format: format)
  }

  @discardableResult
  func writes(_ path: String, text: String) -> Int32? {
    order(.put, path, Array(text.utf8), format: 0)
  }

  /// What a Bootstrap-Discover says.
  func discovered(_ path: String) -> String {
    request(.get, path, [.accept(40)])
    return sent.last.map { "\($0.code.decimal) \($0.text)" } ?? ""
  }

  @discardableResult
  func finish() -> Int32? { order(.post, "/bs") }

  /// The bootstrap server has agreed and waits for nothing.
  static func ordered(_ profile: Profile = .standard, secures: Bool = false) -> World {
    let world = World.unprovisioned(profile, secures: secures)
    world.connect()
    world.answer(.changed)
    _ = world.timetable()
    return world
  }

  /// The orders of a complete standard bootstrap, Finish left out.
  func writeAccount() {
    writes("/0/0", Order.access)
    writes("/1/0", Order.server)
  }

  /// Bootstrapped and registered, and forgets how.
  static func provisioned(_ profile: Profile = .standard) -> World {
    let world = World.ordered(profile)
    world.writeAccount()
    world.finish()
    world.accept()
    _ = world.timetable()
    return world
  }
}

extension World {
  /// The account as bytes.
  func snapshot() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1024)
    var span = bytes.mutableSpan
    let length = engine.encodeAccount(into: &span)
    return Array(bytes.prefix(length))
  }

  func restore(_ bytes: [UInt8]) -> Bool { command { engine, _ in engine.restore(bytes.span) } }
}

extension String {
  /// Lent text.
  init(copying span: Span<UInt8>) {
    self.init(decoding: span.indices.map { span[$0] }, as: UTF8.self)
  }
}
