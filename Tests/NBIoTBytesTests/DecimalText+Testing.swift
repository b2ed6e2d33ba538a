@testable import NBIoTBytes

/// What the writer got, or `nil` when nothing was to be appended.
func decimal(_ value: Double) -> String? {
  var storage = [UInt8](repeating: 0, count: 40)
  var count = 0
  do {
    var writer = ByteWriter(storage.mutableSpan)
    guard DecimalText.append(value, to: &writer) else {
      return writer.position == 0 ? nil : "appended"
    }
    count = writer.overflowed ? 0 : writer.position
  }
  return String(decoding: storage[..<count], as: UTF8.self)
}

func decimal(_ append: (inout ByteWriter) -> Void) -> String {
  var storage = [UInt8](repeating: 0, count: 40)
  var count = 0
  do {
    var writer = ByteWriter(storage.mutableSpan)
    append(&writer)
    count = writer.overflowed ? 0 : writer.position
  }
  return String(decoding: storage[..<count], as: UTF8.self)
}

func parsedDouble(_ text: String) -> Double? {
  let bytes = Array(text.utf8)
  return DecimalText.double(bytes.span)
}

func parsedInteger(_ text: String) -> Int64? {
  let bytes = Array(text.utf8)
  return DecimalText.integer(bytes.span)
}
