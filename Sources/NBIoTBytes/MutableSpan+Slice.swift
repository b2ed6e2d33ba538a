extension MutableSpan {
  /// Lends a part of these elements for writing; the whole is usable again when the part is no longer.
  @inline(__always)
  @_lifetime(&self)
  public mutating func slice(_ range: Range<Int>) -> MutableSpan<Element> {
    _mutatingExtracting(range)
  }
}
