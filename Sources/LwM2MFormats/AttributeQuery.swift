import LwM2MModel
import NBIoTBytes

/// The Uri-Query segments of one Write-Attributes request (LwM2M 1.0 sections 5.1.2 and 5.4.4).
public struct AttributeQuery: BitwiseCopyable, Sendable {
  /// What holds once every segment was applied.
  public private(set) var attributes: Attributes
  private let acceptsStp: Bool
  /// One bit per attribute that was named.
  private var named: UInt8 = 0

  /// Starts from what is attached now. `acceptsStp`: `stp`, the name old drafts gave it, means `st`.
  public init(_ attributes: Attributes = Attributes(), acceptsStp: Bool = false) {
    self.attributes = attributes
    self.acceptsStp = acceptsStp
  }

  /// Applies `name=value`, or with `name` alone unsets. `false`, and nothing changed, for an unknown name,
  /// one that came before, or a value it cannot have.
  public mutating func apply(_ segment: Span<UInt8>) -> Bool {
    var reader = ByteReader(segment)
    guard let name = name(&reader) else { return false }
    let bit: UInt8 = 1 &<< name.rawValue
    guard named & bit == 0 else { return false }
    if reader.isAtEnd {
      attributes.unset(name)
    } else {
      guard reader.byte() == UInt8(ascii: "="), set(name, &reader) else { return false }
    }
    named |= bit
    return true
  }

  /// The name before an equals sign or the end.
  private func name(_ reader: inout ByteReader) -> AttributeName? {
    var letters: UInt32 = 0
    while let byte = reader.peek(), byte != UInt8(ascii: "=") {
      guard byte >= UInt8(ascii: "a"), letters &>> 24 == 0 else { return nil }
      letters = letters &<< 8 | UInt32(truncatingIfNeeded: byte)
      _ = reader.skip(1)
    }
    if acceptsStp, letters == 0x73_7470 { return .step }
    var index: UInt8 = 0
    while let name = AttributeName(rawValue: index), name.letters != letters { index &+= 1 }
    return AttributeName(rawValue: index)
  }

  private mutating func set(_ name: AttributeName, _ reader: inout ByteReader) -> Bool {
    if name.isPeriod {
      guard let number = DecimalText.unsigned(&reader), number <= UInt64(UInt32.max) else {
        return false
      }
      attributes.set(name, seconds: UInt32(truncatingIfNeeded: number))
    } else {
      guard let text = reader.take(reader.remaining), let number = DecimalText.double(text) else {
        return false
      }
      attributes.set(name, number: number)
    }
    return true
  }
}
