/// A member that keeps a large struct where it is: without it the compiler hands the whole of it by value, over the
/// stack, to every method that does not change it (docs/decisions/0015).
@_rawLayout(size: 1, alignment: 1)
public struct Pinned: ~Copyable {
  @inline(__always)
  public init() {}
}
