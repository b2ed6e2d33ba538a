import Fixtures
import NBIoTBytes
import Testing

@testable import LwM2MModel

private func period(_ minimum: UInt32?, _ maximum: UInt32? = nil) -> Attributes {
  var attributes = Attributes()
  if let minimum { attributes.set(.minimumPeriod, seconds: minimum) }
  if let maximum { attributes.set(.maximumPeriod, seconds: maximum) }
  return attributes
}

private func withAttributeTable(
  capacity: Int, _ body: (inout SortedTable<AttributeEntry>) -> Void
) {
  withTable(of: capacity) { (memory: LentTable<AttributeEntry>) in
    var table = SortedTable(memory)
    body(&table)
  }
}

@Suite struct AttributeTableTests {
  @Test("LwM2M 1.0 5.1.2: what holds at a path is its own, then the instance's, then the object's")
  func inheritance() {
    withAttributeTable(capacity: 4) { table in
      let attached = [
        table.attach(period(1, 100), to: Path(3303), server: 1),
        table.attach(period(2), to: Path(3303, 0), server: 1),
        table.attach(period(nil, 300), to: Path(3303, 0, 5700), server: 1),
      ]
      #expect(attached == [true, true, true])
      let resource = table.effective(at: Path(3303, 0, 5700), server: 1)
      #expect(resource.minimumPeriod == 2 && resource.maximumPeriod == 300)
      let sibling = table.effective(at: Path(3303, 0, 5701), server: 1)
      #expect(sibling.minimumPeriod == 2 && sibling.maximumPeriod == 100)
      let otherInstance = table.effective(at: Path(3303, 1, 5700), server: 1)
      #expect(otherInstance.minimumPeriod == 1 && otherInstance.maximumPeriod == 100)
      let object = table.effective(at: Path(3303), server: 1)
      #expect(object.minimumPeriod == 1 && object.maximumPeriod == 100)
      #expect(table.effective(at: Path(3304, 0, 5700), server: 1).isEmpty == true)
      #expect(table.effective(at: Path(), server: 1).isEmpty == true)
    }
  }

  @Test("LwM2M 1.0 5.1.2: attributes belong to the server that wrote them")
  func serversAreApart() {
    withAttributeTable(capacity: 4) { table in
      let attached = [UInt16(1), 2, 65535].map {
        table.attach(period(UInt32($0)), to: Path(3, 0, 9), server: $0)
      }
      #expect(attached == [true, true, true])
      for server in [UInt16(1), 2, 65535] {
        let own = table.effective(at: Path(3, 0, 9), server: server)
        #expect(own.minimumPeriod == UInt32(server))
      }
      #expect(table.attached(to: Path(3, 0, 9), server: 3).isEmpty)
      #expect(table.effective(at: Path(3, 0, 9), server: 3).isEmpty == true)
    }
  }

  @Test("Attaching again replaces, attaching nothing removes")
  func replacingAndRemoving() {
    withAttributeTable(capacity: 1) { table in
      let path = Path(3, 0, 9)
      let added = table.attach(period(1, 5), to: path, server: 1)
      let replaced = table.attach(period(2), to: path, server: 1)
      #expect(added && replaced)
      #expect(table.count == 1)
      let attached = table.attached(to: path, server: 1)
      #expect(attached.minimumPeriod == 2)
      #expect(attached.maximumPeriod == nil)
      let removed = table.attach(Attributes(), to: path, server: 1)
      #expect(removed == true)
      #expect(table.count == 0)
      #expect(table.attached(to: path, server: 1).isEmpty)
    }
  }

  @Test("A full table refuses a new path, but not a replacement and not a removal")
  func fullTable() {
    withAttributeTable(capacity: 1) { table in
      let first = table.attach(period(1), to: Path(3), server: 1)
      let second = table.attach(period(1), to: Path(4), server: 1)
      let nothing = table.attach(Attributes(), to: Path(4), server: 1)
      let replacement = table.attach(period(7), to: Path(3), server: 1)
      #expect([first, second, nothing, replacement] == [true, false, true, true])
      #expect(table.attached(to: Path(3), server: 1).minimumPeriod == 7)
      #expect(table.attached(to: Path(4), server: 1).isEmpty)
    }
  }

  @Test("Removing all at a path takes every server's there, and nothing above, below or beside")
  func removingAtAPath() {
    let paths = [Path(3), Path(3, 0), Path(3, 0, 9), Path(3, 0, 65534), Path(3, 1), Path(4, 0)]
    for target in paths {
      withAttributeTable(capacity: 32) { table in
        for path in paths {
          for server: UInt16 in [0, 1, 65535] {
            let attached = table.attach(period(1), to: path, server: server)
            #expect(attached == true)
          }
        }
        table.removeAll(at: target)
        #expect(table.count == (paths.count - 1) * 3)
        for path in paths {
          for server: UInt16 in [0, 1, 65535] {
            #expect(table.attached(to: path, server: server).isEmpty == (path == target))
          }
        }
      }
    }
  }

  @Test("Removing from an empty table or at a path without attributes changes nothing")
  func removingNothing() {
    withAttributeTable(capacity: 2) { table in
      table.removeAll(at: Path(3))
      #expect(table.count == 0)
      let attached = table.attach(period(1), to: Path(3, 0), server: 1)
      table.removeAll(at: Path(3))
      table.removeAll(at: Path())
      #expect(attached == true)
      #expect(table.count == 1)
    }
  }
}
