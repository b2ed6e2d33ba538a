import NBIoTBytes

/// Lends memory for a table of zeros to `body`, and takes it back afterwards.
public func withTable<Element: Zeroable, Result>(
  of capacity: Int, _ body: (LentTable<Element>) throws -> Result
) rethrows -> Result {
  var measure = MemoryBlock()
  let _: LentTable<Element> = measure.table(of: capacity)
  let memory = UnsafeMutableRawPointer.allocate(
    byteCount: max(8, measure.used), alignment: MemoryBlock.alignment)
  defer { unsafe memory.deallocate() }
  var block = unsafe MemoryBlock(unsafeStart: memory, size: measure.used)
  return try body(block.table(of: capacity))
}
