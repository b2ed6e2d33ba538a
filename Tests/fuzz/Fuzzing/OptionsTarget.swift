import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes

extension FuzzTarget {
  /// The options of a request, read as the engine reads them: IDs of the path in runs, the others one by one.
  static let options = FuzzTarget("options", maximumLength: 256) { bytes throws(Finding) in
    let input = Array(copying: bytes)
    let reference = PlainMessage(reference: [0x40, 1, 0, 0] + input)
    let walk = OptionWalk(bytes)
    guard let reference else {
      return try require(walk == nil, "malformed, and read as \(walk!): \(input)")
    }
    try require(walk == OptionWalk(reference.options), "read differently: \(input)")
  }
}

/// What a request says by its options.
private struct OptionWalk: Equatable {
  /// Object, instance and resource; 65535 where there is none.
  var path: [UInt16] = []
  var others: [PlainOption] = []
  var repeated: [Bool] = []
  var numbers: [UInt32?] = []

  /// `nil` = malformed.
  init?(_ bytes: Span<UInt8>) {
    var segments = IdentifierList()
    var reader = OptionReader(bytes, at: 0)
    do throws(MessageError) {
      reader.take(.uriPath, into: &segments)
      while try reader.advance() {
        let option = reader.option
        others.append(
          PlainOption(number: Int(option.number.rawValue), value: Array(copying: option.value)))
        repeated.append(reader.isRepeated)
        numbers.append(option.unsigned())
        reader.take(.uriPath, into: &segments)
      }
    } catch {
      return nil
    }
    let found = Path(segments)
    path = [found.object, found.instance, found.resource]
  }

  /// One option after the other.
  init(_ options: [PlainOption]) {
    var last = 0
    for option in options {
      let isRepeated = option.number == last
      last = option.number
      if option.number == 11, path.count < 3, let id = UInt16(pathSegment: option.value) {
        path.append(id)
        continue
      }
      others.append(option)
      repeated.append(isRepeated)
      numbers.append(
        option.value.count > 4 ? nil : option.value.reduce(0) { $0 << 8 | UInt32($1) })
    }
    path += Array(repeating: Path.absent, count: 3 - path.count)
  }
}

extension UInt16 {
  /// Decimal, 0 ... 65534, without leading zeros.
  init?(pathSegment text: [UInt8]) {
    guard let number = UInt16(String(decoding: text, as: UTF8.self)), number < 65535,
      Array("\(number)".utf8) == text
    else { return nil }
    self = number
  }
}
