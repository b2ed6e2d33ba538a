import NBIoTBytes
import Testing

@testable import LwM2MModel

/// Paths of every depth over IDs at the edges.
private let paths: [Path] = {
  let ids: [UInt16] = [0, 1, 3311, 65534]
  var result = [Path()]
  for object in ids {
    result.append(Path(object))
    for instance in ids {
      result.append(Path(object, instance))
      for resource in ids { result.append(Path(object, instance, resource)) }
    }
  }
  return result
}()

extension Path {
  /// The IDs there are.
  fileprivate var ids: [UInt16] {
    [object, instance, resource].filter { $0 != Path.absent }
  }
}

@Suite struct PathTests {
  @Test("LwM2M 1.0 6.1: a path is as deep as it has IDs, and its parent has one less")
  func depthAndParent() {
    for path in paths {
      #expect(path.depth == path.ids.count)
      #expect(path.parent.ids == Array(path.ids.dropLast()))
    }
    #expect(Path().parent == Path())
  }

  @Test("LwM2M 1.0 6.1: a path covers itself and exactly what begins with its IDs")
  func covers() {
    for path in paths {
      for other in paths {
        #expect(path.covers(other) == other.ids.starts(with: path.ids), "\(path) \(other)")
      }
    }
  }

  @Test("Keys are distinct, and order resources by object, instance and resource ID")
  func keysOrder() {
    #expect(Set(paths.map(\.key)).count == paths.count)
    for left in paths where left.depth == 3 {
      for right in paths where right.depth == 3 {
        #expect((left.key < right.key) == left.ids.lexicographicallyPrecedes(right.ids))
      }
    }
  }

  @Test("What a path covers has the keys from its first covered key to its own, and no others")
  func coveredKeysAreOneRange() {
    for path in paths {
      for other in paths {
        let isInRange = (path.firstCoveredKey...path.key).contains(other.key)
        #expect(isInRange == path.covers(other), "\(path) \(other)")
      }
    }
  }

  @Test("Paths are equal when all their IDs are")
  func equality() {
    for (left, path) in paths.enumerated() {
      for (right, other) in paths.enumerated() {
        #expect((path == other) == (left == right))
      }
    }
  }

  @Test("Appending builds a path ID by ID and refuses a fourth")
  func appending() {
    var path = Path()
    for (index, id) in [UInt16(3311), 0, 5851].enumerated() {
      let appended = path.append(id)
      #expect(appended == true)
      #expect(path.depth == index + 1)
    }
    let refused = path.append(1)
    #expect(refused == false)
    #expect(path == Path(3311, 0, 5851))
  }

  @Test("LwM2M 1.0 6.1: 65535 is no ID; appending it is refused and changes nothing")
  func appendingTheAbsentID() {
    for start in [Path(), Path(3), Path(3, 0)] {
      var path = start
      let appended = path.append(65535)
      #expect(appended == false, "\(start)")
      #expect(path == start)
    }
  }

  @Test("LwM2M 1.0 6.1: IDs that came in are object, instance, resource; the others are absent")
  func list() {
    for (text, path) in [
      ([UInt8](), Path()), ([1, 0x33], Path(3)), ([1, 0x33, 1, 0x30], Path(3, 0)),
      ([1, 0x33, 1, 0x30, 2, 0x31, 0x36], Path(3, 0, 16)),
    ] {
      var reader = ByteReader(text.span)
      var list = IdentifierList()
      let isLonger = reader.take(behind: 0, into: &list)
      #expect(isLonger == (path != Path()))
      #expect(Path(list) == path)
    }
  }
}
