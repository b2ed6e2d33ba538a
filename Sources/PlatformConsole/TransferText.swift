import PlatformAccess

/// Bodies that go in blocks, for people and for programs.
extension Event.Transfer {
  var part: EventPart {
    EventPart(
      direction == .toDevice ? .toDevice : .fromDevice, "Blocks",
      "\(operation) \(place)  \(progress.text)")
  }

  var members: [JSON.Member] {
    [
      .init("endpoint", .optional(endpoint)),
      .init("direction", .string(direction == .toDevice ? "to-device" : "from-device")),
      .init("operation", .string(operation)), .init("path", .string(place)),
      .init("request", request.map { .integer(Int64($0.number)) } ?? .null),
      .init("bytes", .integer(Int64(progress.bytes))),
      .init("total", progress.total.map { .integer(Int64($0)) } ?? .null),
      .init("block", .integer(Int64(progress.blockSize))),
      .init("turn", .optional(progress.turn?.rawValue)),
    ]
  }
}

extension BlockProgress {
  var text: String {
    let amount = total.map { "\(bytes) of \($0) bytes" } ?? "\(bytes) bytes so far"
    let size = "\(blockSize) each"
    return switch turn {
    case nil: "\(amount), \(size)"
    case .smaller where bytes == 0:
      "too large for the device: once more from the beginning, \(size)"
    case .smaller: "\(amount), from here on \(size)"
    case .incomplete: "the device lacks a block: once more from the beginning, \(size)"
    case .changed: "the value has changed: once more from the beginning, \(size)"
    }
  }
}
