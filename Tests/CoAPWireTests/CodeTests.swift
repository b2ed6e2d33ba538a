import Testing

@testable import CoAPWire

@Suite struct CodeTests {
  @Test("RFC 7252 3: a code is its class in three bits and its detail in five")
  func classAndDetail() {
    for raw in UInt8.min...UInt8.max {
      let code = Code(rawValue: raw)
      #expect(code.group == raw / 32)
      #expect(Code(class: raw / 32, detail: raw % 32) == code)
    }
  }

  @Test("RFC 7252 3: c.dd as a decimal number maps every code both ways")
  func decimalBothWays() {
    var wrong: [UInt8] = []
    for raw in UInt8.min...UInt8.max {
      let code = Code(rawValue: raw)
      let decimal = Int32(raw / 32) * 100 + Int32(raw % 32)
      if code.decimal != decimal || Code(decimal: decimal) != code { wrong.append(raw) }
    }
    #expect(wrong == [])
  }

  @Test("RFC 7252 3: a number with a detail over 31 or a class over 7 is no code")
  func numbersThatAreNoCode() {
    for number in Int32(-200)...1200 {
      let isCode = (0..<800).contains(number) && number % 100 < 32
      #expect((Code(decimal: number) != nil) == isCode, "\(number)")
    }
    #expect(Code(decimal: .max) == nil)
    #expect(Code(decimal: .min) == nil)
  }

  @Test("RFC 7252 12.1: requests are 0.01 ... 0.31, responses 2.xx, 4.xx and 5.xx")
  func kinds() {
    for raw in UInt8.min...UInt8.max {
      let code = Code(rawValue: raw)
      #expect(code.isRequest == (1...31).contains(raw))
      #expect(code.isResponse == [2, 4, 5].contains(raw / 32))
      #expect(code.isSuccess == (raw / 32 == 2))
    }
  }

  @Test("RFC 7252 12.1: the named codes have their registered numbers")
  func registeredNumbers() {
    let methods: [Code] = [.empty, .get, .post, .put, .delete]
    #expect(methods.map(\.rawValue) == [0, 1, 2, 3, 4])
    let success: [Code] = [.created, .deleted, .changed, .content]
    #expect(success.map(\.decimal) == [201, 202, 204, 205])
    let client: [Code] = [
      .badRequest, .unauthorized, .badOption, .forbidden, .notFound, .methodNotAllowed,
      .notAcceptable, .preconditionFailed, .requestEntityTooLarge, .unsupportedContentFormat,
      .tooManyRequests,
    ]
    #expect(client.map(\.decimal) == [400, 401, 402, 403, 404, 405, 406, 412, 413, 415, 429])
    let server: [Code] = [.internalServerError, .serviceUnavailable, .gatewayTimeout]
    #expect(server.map(\.decimal) == [500, 503, 504])
  }
}
