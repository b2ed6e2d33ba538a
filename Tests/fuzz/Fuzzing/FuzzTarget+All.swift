extension FuzzTarget {
  /// Each has a corpus of the same name.
  public static let all: [FuzzTarget] = [
    message, options, request, block, tlv, values, numbers, text, base64, links, attributes, uri,
    location, write, bootstrap, account, record, stored, platform, commandLines, engine,
  ]
}
