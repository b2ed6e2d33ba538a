/// What is fast with 64-bit registers is long without them. Where both ways are written down, the compiler drops one.
public enum WordSize {
  public static var is64Bit: Bool {
    @inline(__always) get { MemoryLayout<Int>.size == 8 }
  }
}
