import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation

@testable import LwM2MClient

extension FuzzTarget {
  /// A Write of the server (LwM2M 1.0 section 5.4.3): the first byte says where, the second in which format, the rest is
  /// the payload. What is refused changes nothing; what is agreed to is what a slow reader finds in the payload.
  static let write = FuzzTarget("write", maximumLength: 160) { bytes throws(Finding) in
    guard bytes.count > 1 else { return }
    let kind = Int(bytes[0])
    let format = WriteStage.formats[Int(bytes[1]) % WriteStage.formats.count]
    let payload = Array(copying: bytes.extracting(2...))
    let stage = WriteStage()
    let before = stage.contents
    let path = WriteStage.paths[kind % WriteStage.paths.count]
    let code = try stage.write(path, format, payload, isPost: kind >= 128)
    guard code == .changed else {
      return try require(stage.contents == before, "\(code.decimal), and changed: \(payload)")
    }
    let written = try stage.reference(path, format, payload)
    let expected = before.merging(written) { $1 }
    try require(stage.contents == expected, "written differently: \(path) \(payload)")
  }
}

/// A registered device with a resource of every type.
private final class WriteStage {
  static let formats = [nil, 0, 42, 1542, 11542]
  static let paths = [
    "/3311/0", "/3311/0/1", "/3311/0/2", "/3311/0/3", "/3311/0/4", "/3311/0/5", "/3311/0/6",
    "/3311/0/7",
  ]
  private static let room = 12
  private static let types: [UInt16: ValueType] = [
    1: .string, 2: .opaque, 3: .integer, 4: .float, 5: .boolean, 6: .hexString, 7: .integer,
  ]
  /// Of the one multiple resource.
  private static let instances: [UInt16] = [1, 300]
  private let world = World(resources: 40)

  init() {
    for (id, type) in WriteStage.types.sorted(by: { $0.key < $1.key }) { add(id, type) }
    world.register()
  }

  private func add(_ id: UInt16, _ type: ValueType) {
    world.command { engine, _ in
      let content: Cabinet.Content =
        switch type {
        case .integer: .integer(7)
        case .float: .float(7)
        case .boolean: .boolean(false)
        case .string, .opaque, .hexString: .bytes(Array("41".utf8))
        }
      var access = Access.readable | .writable
      if type.isBuffer { access = access | .storage }
      if id == 7 { access = access | .multiple }
      let ids = id == 7 ? WriteStage.instances : [0]
      engine.store.keep(ids.map { ($0, content) }, in: 100 + id, room: WriteStage.room)
      let resource = Resource(
        path: Path(3311, 0, id), type: type, access: access, slot: 100 + id)
      do throws(Engine<Cabinet>.ResourceError) {
        try engine.add(resource)
      } catch {
        fatalError("\(error)")
      }
    }
  }

  func write(
    _ path: String, _ format: Int?, _ payload: [UInt8], isPost: Bool
  ) throws(Finding) -> Code {
    let before = world.sent.count
    world.deliver(
      Datagram(
        .confirmable, isPost ? .post : .put, id: 0x4444, token: [4],
        options: Datagram.Field.path(path) + (format.map { [.format($0)] } ?? []),
        payload: payload))
    guard world.sent.count > before else { throw Finding("no answer") }
    return world.sent[before].code
  }

  /// By resource, or by resource and instance.
  var contents: [[UInt16]: PlainValue] {
    var found: [[UInt16]: PlainValue] = [:]
    for id in WriteStage.types.keys {
      if id == 7 {
        for (index, instance) in WriteStage.instances.enumerated() {
          found[[id, instance]] = PlainValue(world.engine.store.content(100 + id, at: index))
        }
      } else {
        found[[id]] = PlainValue(world.engine.store.content(100 + id))
      }
    }
    return found
  }

  // MARK: The slow reader

  /// What a payload that was agreed to says.
  func reference(
    _ path: String, _ format: Int?, _ payload: [UInt8]
  ) throws(Finding) -> [[UInt16]: PlainValue] {
    let resource = path.split(separator: "/").dropFirst(2).first.flatMap { UInt16($0) }
    guard format == 1542 || format == 11542 || format == nil && resource == nil else {
      guard let resource else { throw Finding("agreed to for an instance: \(payload)") }
      return [[resource]: try WriteStage.single(resource, format == 42, payload)]
    }
    guard var records = PlainTLV.reference(payload) else {
      throw Finding("agreed to, and no TLV: \(payload)")
    }
    // What is written to an instance may stand in that instance's record, in whole or at the end.
    while let last = records.last, last.kind == .objectInstance {
      records.removeLast()
      records += PlainTLV.reference(last.value) ?? []
    }
    var found: [[UInt16]: PlainValue] = [:]
    for record in records {
      guard let type = WriteStage.types[record.id] else { continue }
      try require(resource ?? record.id == record.id, "agreed to elsewhere: \(payload)")
      if record.id == 7 {
        for inner in PlainTLV.reference(record.value) ?? [] {
          found[[7, inner.id]] = try WriteStage.content(inner.value, type)
        }
      } else {
        found[[record.id]] = try WriteStage.content(record.value, type)
      }
    }
    return found
  }

  private static func single(
    _ id: UInt16, _ isOpaque: Bool, _ payload: [UInt8]
  ) throws(Finding) -> PlainValue {
    guard let type = types[id], id != 7 else { throw Finding("agreed to: \(id)") }
    switch type {
    case .opaque where isOpaque, .hexString where !isOpaque: return try content(payload, type)
    case .opaque:
      guard let bytes = Alphabet.decoded(payload) else {
        throw Finding("agreed to, and no base64: \(payload)")
      }
      return try content(bytes, type)
    case .string where !isOpaque: return try content(payload, type)
    default:
      guard !isOpaque, let value = PlainValue(text: payload.span, type) else {
        throw Finding("agreed to, and no value: \(payload)")
      }
      return value.asKept
    }
  }

  private static func content(
    _ bytes: [UInt8], _ type: ValueType
  ) throws(Finding) -> PlainValue {
    guard let value = PlainValue(reference: bytes, type) else {
      throw Finding("agreed to, and no \(type): \(bytes)")
    }
    let length = type == .hexString ? bytes.count * 2 : bytes.count
    try require(!type.isBuffer || length <= room, "agreed to without room: \(bytes)")
    return value.asKept
  }
}

extension PlainValue {
  /// As it is kept: what is bytes on the wire is bytes.
  fileprivate init(_ content: Cabinet.Content) {
    switch content {
    case .bytes(let bytes): self = .bytes(bytes)
    case .integer(let number): self = .integer(number)
    case .float(let number): self = .float(number.bitPattern)
    case .boolean(let flag): self = .boolean(flag)
    }
  }

  fileprivate var asKept: PlainValue {
    if case .opaque(let bytes) = self { .bytes(bytes) } else { self }
  }
}
