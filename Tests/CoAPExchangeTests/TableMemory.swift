import NBIoTBytes

/// Lends memory for a table to `body`, and takes it back afterwards.
func withTable<Element: BitwiseCopyable, Result>(
  _ initial: [Element], _ body: (LentTable<Element>) throws -> Result
) rethrows -> Result {
  let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, initial.count))
  defer { unsafe memory.deallocate() }
  for (index, element) in initial.enumerated() {
    unsafe (memory + index).initialize(to: element)
  }
  return try body(unsafe LentTable(unsafeStart: memory, capacity: initial.count))
}
