import LwM2MModel
import NBIoTBytes
import Testing

@testable import LwM2MFormats

private func text(_ body: (inout ByteWriter) -> Void) -> String? {
  writtenText {
    body(&$0)
    return true
  }
}

@Suite struct LinkFormatTests {
  @Test("4.1 RFC 6690: paths stand in angle brackets")
  func rfc6690Section2PathsStandInAngleBrackets() {
    func link(_ path: Path) -> String? {
      text {
        var links = LinkList()
        links.append(path, to: &$0)
      }
    }
    #expect(link(Path(3303)) == "</3303>")
    #expect(link(Path(3303, 0)) == "</3303/0>")
    #expect(link(Path(3303, 65534, 5700)) == "</3303/65534/5700>")
    #expect(link(Path(0, 10, 9)) == "</0/10/9>")
  }

  @Test("4.1 RFC 6690: links follow each other behind a comma")
  func rfc6690Section2LinksOfOtherObjectsAndInstancesFollow() {
    let list = text {
      var links = LinkList()
      for path in [Path(1, 1, 65534), Path(1, 10, 0), Path(10, 10), Path(0), Path(0, 1, 1)] {
        links.append(path, to: &$0)
      }
    }
    #expect(list == "</1/1/65534>,</1/10/0>,</10/10>,</0>,</0/1/1>")
  }

  @Test("4.1 RFC 6690: every ID there is stands in decimal, without zeros before it")
  func rfc6690Section2EveryIDStandsInDecimal() {
    for id in 0..<Path.absent {
      let bytes = written(into: 16) {
        var links = LinkList()
        links.append(Path(1, 2, id), to: &$0)
        return true
      }
      guard bytes != Array("</1/2/\(id)>".utf8) else { continue }
      Issue.record("\(id) is written as \(bytes ?? [])")
    }
  }

  @Test("4.1 RFC 6690: attributes follow their link")
  func lwm2m512AttributesFollowInOrder() {
    var attributes = Attributes()
    #expect(text { LinkFormat.appendAttributes(attributes, to: &$0) } == "")
    attributes.set(.step, number: 1)
    #expect(text { LinkFormat.appendAttributes(attributes, to: &$0) } == ";st=1")
    attributes.set(.minimumPeriod, seconds: 10)
    attributes.set(.maximumPeriod, seconds: .max)
    attributes.set(.greaterThan, number: 50)
    attributes.set(.lessThan, number: 42.2)
    #expect(
      text { LinkFormat.appendAttributes(attributes, to: &$0) }
        == ";pmin=10;pmax=4294967295;gt=50;lt=42.2;st=1")
  }

  @Test("4.1 RFC 6690: a Register lists the root and the instances")
  func lwm2m531RegisterListsTheRootAndTheInstances() {
    let list = text {
      var links = LinkList()
      links.appendRoot(to: &$0)
      links.append(Path(3303, 0), to: &$0)
      links.append(Path(3303, 1), to: &$0)
    }
    #expect(list == "</>;rt=\"oma.lwm2m\",</3303/0>,</3303/1>")
  }

  @Test("4.1 RFC 6690: a Discover lists the attributes of each")
  func lwm2m544DiscoverListsAttributesOfEach() {
    let list = text {
      var links = LinkList()
      var attributes = Attributes()
      attributes.set(.minimumPeriod, seconds: 10)
      links.append(Path(3, 0), to: &$0)
      LinkFormat.appendAttributes(attributes, to: &$0)
      links.append(Path(3, 0, 7), to: &$0)
      LinkFormat.appendDimension(8, to: &$0)
      LinkFormat.appendAttributes(attributes, to: &$0)
      links.append(Path(3, 0, 9), to: &$0)
    }
    #expect(list == "</3/0>;pmin=10,</3/0/7>;dim=8;pmin=10,</3/0/9>")
  }

  @Test func aListWithoutLinksIsEmpty() {
    #expect(LinkList().isEmpty)
    _ = text {
      var links = LinkList()
      links.append(Path(3), to: &$0)
      #expect(!links.isEmpty)
    }
  }
}
