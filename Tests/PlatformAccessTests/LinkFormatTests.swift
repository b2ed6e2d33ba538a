import LwM2MModel
import Testing

@testable import PlatformAccess

@Suite struct LinkFormatTests {
  private func links(_ text: String) throws -> [Link] {
    try Link.list(parsing: [UInt8](text.utf8))
  }

  @Test func quotedAndUnquotedValuesAndFlagsAreRead() throws {
    let expected = Link(
      target: "/1",
      attributes: [
        .init(name: "rt", value: "oma.lwm2m"), .init(name: "ct", value: "11543"),
        .init(name: "obs", value: nil), .init(name: "title", value: "a,b;c\"d"),
      ])
    #expect(try links(#"</1>;rt="oma.lwm2m";ct=11543;obs;title="a,b;c\"d""#) == [expected])
  }

  @Test func blanksAndSeparatorsTooManyAreTaken() throws {
    #expect(try links(" </1/0> ; x = 1 , </2/0>;, ,").map(\.target) == ["/1/0", "/2/0"])
    #expect(try links("") == [])
  }

  @Test(arguments: [
    ("/1/0", LinkFormatError.targetNotOpened), ("</1/0", .targetNotClosed),
    ("</1>;a=\"b", .quoteNotClosed), ("</1></2>", .separatorMissing),
  ])
  func brokenTextIsRefusedWithItsCause(text: String, cause: LinkFormatError) {
    #expect(throws: cause) { try links(text) }
  }

  @Test func theRootItselfIsNoObject() throws {
    let list = try ObjectList(parsing: [UInt8](#"</>;rt="oma.lwm2m",</3>,</5/0>,</x/1>"#.utf8))
    #expect(list.paths.map(\.text) == ["/3", "/5/0"])
    #expect(list.prefix.isEmpty)
  }

  @Test func theAlternatePathIsTakenOffTheLinks() throws {
    let text = #"</lwm2m>;rt="oma.lwm2m";ct=11542,</lwm2m/1/0>,</lwm2m/3303/0>"#
    let list = try ObjectList(parsing: [UInt8](text.utf8))
    #expect(list.paths.map(\.text) == ["/1/0", "/3303/0"])
    #expect(list.prefix == ["lwm2m"])
  }

  @Test(arguments: ["", "/", "/1//2", "/1/2/3/4", "/65535", "/70000", "/+1", "/a", "1/-2"])
  func textThatIsNoPathIsRefused(text: String) {
    #expect(Path(text: text) == nil)
  }

  @Test func pathsAreReadAndWritten() {
    #expect(Path(text: "/3303/0/5700") == Path(3303, 0, 5700))
    #expect(Path(text: "3303") == Path(3303))
    #expect(Path(3303, 0).text == "/3303/0")
  }
}
