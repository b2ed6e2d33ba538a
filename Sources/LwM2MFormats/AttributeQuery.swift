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
    var end = 0
    while end < segment.count, segment[end] != UInt8(ascii: "=") { end &+= 1 }
    guard let name = name(segment.extracting(0..<end)), named & name.bit == 0 else {
      return false
    }
    if end == segment.count {
      unset(name)
    } else {
      guard set(name, segment.extracting((end &+ 1)..<segment.count)) else { return false }
    }
    named |= name.bit
    return true
  }

  private enum Name: UInt8 {
    case minimumPeriod, maximumPeriod, greaterThan, lessThan, step

    var bit: UInt8 { 1 &<< rawValue }
  }

  private func name(_ bytes: Span<UInt8>) -> Name? {
    var reader = ByteReader(bytes)
    guard let letters = reader.bigEndian(length: bytes.count) else { return nil }
    switch (bytes.count, letters) {
    case (4, 0x706D_696E): return .minimumPeriod  // pmin
    case (4, 0x706D_6178): return .maximumPeriod  // pmax
    case (2, 0x6774): return .greaterThan  // gt
    case (2, 0x6C74): return .lessThan  // lt
    case (2, 0x7374): return .step  // st
    case (3, 0x73_7470) where acceptsStp: return .step  // stp
    default: return nil
    }
  }

  private mutating func unset(_ name: Name) {
    switch name {
    case .minimumPeriod: attributes.minimumPeriod = nil
    case .maximumPeriod: attributes.maximumPeriod = nil
    case .greaterThan: attributes.greaterThan = nil
    case .lessThan: attributes.lessThan = nil
    case .step: attributes.step = nil
    }
  }

  private mutating func set(_ name: Name, _ text: Span<UInt8>) -> Bool {
    switch name {
    case .minimumPeriod, .maximumPeriod:
      guard let seconds = AttributeQuery.seconds(text) else { return false }
      if name == .minimumPeriod {
        attributes.minimumPeriod = seconds
      } else {
        attributes.maximumPeriod = seconds
      }
    case .greaterThan, .lessThan, .step:
      guard let number = DecimalText.double(text), number.isFinite else { return false }
      switch name {
      case .greaterThan: attributes.greaterThan = number
      case .lessThan: attributes.lessThan = number
      default: attributes.step = number
      }
    }
    return true
  }

  /// Unsigned: a sign is refused, even before zero.
  private static func seconds(_ text: Span<UInt8>) -> UInt32? {
    guard text.count > 0, text[0] &- UInt8(ascii: "0") <= 9 else { return nil }
    guard let number = DecimalText.integer(text) else { return nil }
    return UInt32(exactly: number)
  }
}
