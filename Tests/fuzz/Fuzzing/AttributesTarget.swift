import Fixtures
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

extension FuzzTarget {
  /// The query of a Write-Attributes (LwM2M 1.0 section 5.1.2), its segments with "&" between them: a wrong segment changes
  /// nothing, applying all twice is the same as once, and what Discover lists says the same again.
  static let attributes = FuzzTarget("attributes", maximumLength: 128) { bytes throws(Finding) in
    let segments = Array(copying: bytes).split(
      separator: UInt8(ascii: "&"), omittingEmptySubsequences: false
    ).map(Array.init)
    let once = try apply(segments, to: Attributes())
    let twice = try apply(segments, to: once)
    try require(once.listed == twice.listed, "twice is not once: \(segments)")
    let listed = try apply(once.listedSegments, to: Attributes())
    try require(listed.listed == once.listed, "listed differently: \(once.listed)")
  }

  private static func apply(
    _ segments: [[UInt8]], to attributes: Attributes
  ) throws(Finding) -> Attributes {
    var query = AttributeQuery(attributes, acceptsStp: segments.count % 2 == 1)
    for segment in segments {
      let before = query.attributes.listed
      if !query.apply(segment.span) {
        try require(query.attributes.listed == before, "refused, and changed: \(segment)")
      } else {
        let name = String(decoding: segment.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        try require(
          ["pmin", "pmax", "gt", "lt", "st", "stp"].contains(name), "accepted: \(segment)")
        var again = query
        try require(!again.apply(segment.span), "accepted twice: \(segment)")
      }
    }
    return query.attributes
  }
}

extension Attributes {
  /// `;pmin=1;gt=2`
  fileprivate var listed: [UInt8] {
    written { writer in
      LinkFormat.appendAttributes(self, to: &writer)
      return true
    } ?? []
  }

  fileprivate var listedSegments: [[UInt8]] {
    listed.split(separator: UInt8(ascii: ";")).map(Array.init)
  }
}
