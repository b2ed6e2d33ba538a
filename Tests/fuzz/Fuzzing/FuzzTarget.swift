import LwM2MModel
import NBIoTBytes

/// Something that is fed with any bytes, and what must hold whatever they are.
public struct FuzzTarget: Sendable {
  /// Of its corpus, and on the command line.
  public let name: String
  /// In bytes: longer inputs show nothing new.
  public let maximumLength: Int
  /// Throws what does not hold for these bytes. They end where the memory they are in ends.
  public let run: @Sendable (Span<UInt8>) throws(Finding) -> Void
  /// Changes an input, which may become as long as `maximum`; the same seed makes the same change. `nil`: any bytes are
  /// as good as others.
  public let mutate: (@Sendable (_ input: inout [UInt8], _ maximum: Int, _ seed: UInt32) -> Void)?

  public init(
    _ name: String, maximumLength: Int,
    mutate: (@Sendable (_ input: inout [UInt8], _ maximum: Int, _ seed: UInt32) -> Void)? = nil,
    run: @escaping @Sendable (Span<UInt8>) throws(Finding) -> Void
  ) {
    self.name = name
    self.maximumLength = maximumLength
    self.mutate = mutate
    self.run = run
  }

  public static func named(_ name: String) -> FuzzTarget? {
    all.first { $0.name == name }
  }
}

/// A property that does not hold.
public struct Finding: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}

/// Throws unless `condition` holds.
public func require(
  _ condition: Bool, _ description: @autoclosure () -> String
) throws(Finding) {
  if !condition { throw Finding(description()) }
}
