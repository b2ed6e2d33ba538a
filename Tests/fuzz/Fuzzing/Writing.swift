import NBIoTBytes

/// What `body` appends; `nil` when it refuses to, or when it is longer than `room` bytes.
func written(into room: Int = 4096, _ body: (inout ByteWriter) -> Bool) -> [UInt8]? {
  var storage = [UInt8](repeating: 0xEE, count: room)
  var writer = ByteWriter(storage.mutableSpan)
  guard body(&writer), !writer.overflowed else { return nil }
  return Array(copying: writer.written)
}

/// A copy of `bytes` in a block of exactly their length, for what works in place.
func withCopy<Result>(
  of bytes: Span<UInt8>, _ body: (inout MutableSpan<UInt8>) -> Result
) -> Result {
  let block = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
  defer { unsafe block.deallocate() }
  for index in bytes.indices { unsafe block[index] = bytes[index] }
  var span = unsafe MutableSpan(_unsafeStart: block, count: bytes.count)
  return body(&span)
}
