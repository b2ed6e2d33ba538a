/// A method or response code, class and detail in one byte (RFC 7252 section 3).
public struct Code: Equatable, BitwiseCopyable, Sendable {
  public let rawValue: UInt8

  @inline(__always)
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  @inline(__always)
  public init(class group: UInt8, detail: UInt8) {
    rawValue = group << 5 | detail & 0x1F
  }

  /// `404` is 4.04. `nil` for a number that is no code.
  public init?(decimal number: Int32) {
    guard number >= 0, number < 800, number % 100 < 32 else { return nil }
    rawValue = UInt8(truncatingIfNeeded: (number / 100) &<< 5 | number % 100)
  }

  /// 4.04 is `404`.
  public var decimal: Int32 { Int32(group) &* 100 &+ Int32(rawValue & 0x1F) }

  /// 0 request or empty, 2 success, 4 client error, 5 server error; 1, 3, 6 and 7 are reserved.
  public var group: UInt8 {
    @inline(__always) get { rawValue >> 5 }
  }

  public var isRequest: Bool {
    @inline(__always) get { group == 0 && rawValue != 0 }
  }

  public var isResponse: Bool {
    @inline(__always) get { group == 2 || group == 4 || group == 5 }
  }

  public var isSuccess: Bool {
    @inline(__always) get { group == 2 }
  }
}

extension Code {
  public static var empty: Code { @inline(__always) get { Code(rawValue: 0) } }
  public static var get: Code { @inline(__always) get { Code(rawValue: 1) } }
  public static var post: Code { @inline(__always) get { Code(rawValue: 2) } }
  public static var put: Code { @inline(__always) get { Code(rawValue: 3) } }
  public static var delete: Code { @inline(__always) get { Code(rawValue: 4) } }

  public static var created: Code { @inline(__always) get { Code(class: 2, detail: 1) } }
  public static var deleted: Code { @inline(__always) get { Code(class: 2, detail: 2) } }
  public static var changed: Code { @inline(__always) get { Code(class: 2, detail: 4) } }
  public static var content: Code { @inline(__always) get { Code(class: 2, detail: 5) } }

  /// More blocks are to come (RFC 7959 section 2.9.1).
  public static var `continue`: Code { @inline(__always) get { Code(class: 2, detail: 31) } }

  public static var badRequest: Code { @inline(__always) get { Code(class: 4, detail: 0) } }
  public static var unauthorized: Code { @inline(__always) get { Code(class: 4, detail: 1) } }
  public static var badOption: Code { @inline(__always) get { Code(class: 4, detail: 2) } }
  public static var forbidden: Code { @inline(__always) get { Code(class: 4, detail: 3) } }
  public static var notFound: Code { @inline(__always) get { Code(class: 4, detail: 4) } }
  public static var methodNotAllowed: Code { @inline(__always) get { Code(class: 4, detail: 5) } }
  public static var notAcceptable: Code { @inline(__always) get { Code(class: 4, detail: 6) } }
  /// A block is missing (RFC 7959 section 2.9.2).
  public static var requestEntityIncomplete: Code {
    @inline(__always) get { Code(class: 4, detail: 8) }
  }
  public static var preconditionFailed: Code {
    @inline(__always) get { Code(class: 4, detail: 12) }
  }
  public static var requestEntityTooLarge: Code {
    @inline(__always) get { Code(class: 4, detail: 13) }
  }
  public static var unsupportedContentFormat: Code {
    @inline(__always) get { Code(class: 4, detail: 15) }
  }
  public static var tooManyRequests: Code { @inline(__always) get { Code(class: 4, detail: 29) } }

  public static var internalServerError: Code {
    @inline(__always) get { Code(class: 5, detail: 0) }
  }
  public static var serviceUnavailable: Code {
    @inline(__always) get { Code(class: 5, detail: 3) }
  }
  public static var proxyingNotSupported: Code {
    @inline(__always) get { Code(class: 5, detail: 5) }
  }
  public static var gatewayTimeout: Code { @inline(__always) get { Code(class: 5, detail: 4) } }
}
