import Glibc

/// Memory behind whose end lies a page that nothing may touch: what reads past the end of an input ends the test.
@safe
struct Fence: ~Copyable {
  private let start: UnsafeMutableRawPointer
  private let room: Int
  private static let page = 4096

  /// `room`: of the longest input, in bytes.
  init(room: Int) {
    self.room = (room + Fence.page - 1) / Fence.page * Fence.page
    let size = self.room + Fence.page
    unsafe start = mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS), -1, 0)
    precondition(unsafe start != MAP_FAILED)
    precondition(unsafe mprotect(start + self.room, Fence.page, PROT_NONE) == 0)
  }

  deinit {
    unsafe munmap(start, room + Fence.page)
  }

  /// Lends `bytes`, whose last stands in front of the fence.
  func withBytes<Result>(_ bytes: [UInt8], _ body: (Span<UInt8>) -> Result) -> Result {
    precondition(bytes.count <= room)
    let first = unsafe (start + (room - bytes.count)).assumingMemoryBound(to: UInt8.self)
    for (index, byte) in bytes.enumerated() { unsafe first[index] = byte }
    return body(unsafe Span(_unsafeStart: UnsafePointer(first), count: bytes.count))
  }
}
