// Between libFuzzer and the targets. NBIOT_FUZZ says which of them.

import Fuzzing
import Glibc

/// The one that was chosen. libFuzzer calls from one thread.
nonisolated(unsafe) private var target: FuzzTarget!

@_extern(c, "LLVMFuzzerMutate")
private func anyMutation(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_: UnsafeMutableRawPointer, _: UnsafeMutableRawPointer) -> CInt {
  let name = unsafe getenv("NBIOT_FUZZ").map { unsafe String(cString: $0) } ?? ""
  unsafe target = FuzzTarget.named(name)
  if unsafe target == nil {
    for target in FuzzTarget.all { print(target.name, target.maximumLength) }
    exit(2)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  do throws(Finding) {
    // libFuzzer lends a block of exactly this size.
    try unsafe target.run(Span(_unsafeStart: data, count: size))
  } catch {
    print("found in \(unsafe target.name): \(error)")
    fflush(nil)
    abort()
  }
  return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func customMutator(
  _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: CUnsignedInt
) -> Int {
  guard let mutate = unsafe target.mutate else { return unsafe anyMutation(data, size, maximum) }
  var input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  mutate(&input, maximum, seed)
  let length = min(input.count, maximum)
  for index in 0..<length { unsafe data[index] = input[index] }
  return length
}
