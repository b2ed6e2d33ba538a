extension FuzzTarget {
  /// Each has a corpus of the same name.
  public static let all: [FuzzTarget] = [
    message
  ]
}
