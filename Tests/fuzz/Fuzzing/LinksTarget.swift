import Fixtures
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

extension FuzzTarget {
  /// Links (RFC 6690), six bytes and one more for each: what is written says, cut at its commas, which paths went in.
  static let links = FuzzTarget("links", maximumLength: 140) { bytes throws(Finding) in
    var reader = ByteReader(bytes)
    var links: [PlainLink] = []
    while let ids = reader.bigEndian(length: 6), let kind = reader.byte() {
      links.append(PlainLink(ids, kind))
    }
    let text = written { writer in
      var list = LinkList()
      for link in links { link.append(to: &list, &writer) }
      return true
    }
    guard let text else { throw Finding("not written: \(links)") }
    let found = text.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    try require(found == links.map(\.text), "written differently: \(links)")
  }
}

private struct PlainLink {
  var path: Path
  /// Said behind the link; `nil` = nothing.
  var dimension: Int?
  var isRoot: Bool

  init(_ ids: UInt64, _ kind: UInt8) {
    let all = [ids >> 32, ids >> 16, ids].map { UInt16(truncatingIfNeeded: $0) }
    // An absent ID has none below it.
    path = Path()
    for id in all.prefix(while: { $0 != Path.absent }) { _ = path.append(id) }
    dimension = kind % 2 == 1 ? Int(kind) * Int(kind) : nil
    isRoot = kind == 0xFE || path.depth == 0
  }

  func append(to list: inout LinkList, _ writer: inout ByteWriter) {
    if isRoot {
      list.appendRoot(to: &writer)
    } else {
      list.append(path, to: &writer)
    }
    if let dimension { LinkFormat.appendDimension(dimension, to: &writer) }
  }

  var text: String {
    let ids = [path.object, path.instance, path.resource].prefix(path.depth)
    let target = isRoot ? "</>;rt=\"oma.lwm2m\"" : "<" + ids.map { "/\($0)" }.joined() + ">"
    return target + (dimension.map { ";dim=\($0)" } ?? "")
  }
}
