import CoAPWire
import LwM2MModel
import Simulation
import Testing

@testable import LwM2MClient

/// A link as RFC 6690 section 2 spells it, read by that grammar and nothing else.
private struct Link: Equatable {
  var target: String
  var parameters: [String] = []

  /// `nil` when `text` is no list of links.
  static func list(_ text: String) -> [Link]? {
    var rest = Substring(text)
    var links: [Link] = []
    if rest.isEmpty { return [] }
    repeat {
      guard let link = Link(&rest) else { return nil }
      links.append(link)
    } while take(",", &rest)
    return rest.isEmpty ? links : nil
  }

  private init?(_ rest: inout Substring) {
    guard Self.take("<", &rest), let end = rest.firstIndex(of: ">") else { return nil }
    target = String(rest[..<end])
    rest = rest[end...].dropFirst()
    while Self.take(";", &rest) {
      guard let parameter = Self.parameter(&rest) else { return nil }
      parameters.append(parameter)
    }
  }

  init(_ target: String, _ parameters: String...) {
    self.target = target
    self.parameters = parameters
  }

  private static func take(_ mark: Character, _ rest: inout Substring) -> Bool {
    guard rest.first == mark else { return false }
    rest.removeFirst()
    return true
  }

  private static func parameter(_ rest: inout Substring) -> String? {
    let name = rest.prefix { $0.isLetter || $0.isNumber || "!#$&+-.^_`|~*".contains($0) }
    guard !name.isEmpty else { return nil }
    rest = rest.dropFirst(name.count)
    guard take("=", &rest) else { return String(name) }
    if take("\"", &rest) {
      guard let end = rest.firstIndex(of: "\"") else { return nil }
      defer { rest = rest[end...].dropFirst() }
      return "\(name)=\"\(rest[..<end])\""
    }
    let value = rest.prefix { isTokenCharacter($0) }
    guard !value.isEmpty else { return nil }
    rest = rest.dropFirst(value.count)
    return "\(name)=\(value)"
  }

  /// `ptokenchar`: everything printable but blank, quotes, comma, semicolon and backslash.
  private static func isTokenCharacter(_ character: Character) -> Bool {
    guard let byte = character.asciiValue else { return false }
    return byte > 0x20 && byte < 0x7F && !"\",;\\".utf8.contains(byte)
  }
}

@Suite struct LinkFormatGrammarTests {
  private func device() -> ServedDevice {
    ServedDevice(
      [
        .one(Path(3303, 0, 5700), .float, .float(1)),
        .one(Path(3303, 0, 5701), .string, .text("a")),
        .many(Path(3303, 0, 11), .integer, [(1, .integer(1)), (2, .integer(2))]),
        .one(Path(3303, 65534, 65534), .integer, .integer(1)),
      ], attributes: 8)
  }

  @Test("4.1 RFC 6690: what Discover lists is link-format by its grammar, whatever is attached")
  func discover() {
    let device = device()
    for queries in [
      ["pmin=0", "pmax=4294967295"], ["gt=1e300", "lt=-1e-300", "st=0.1"], ["gt=-5", "lt=-42.25"],
    ] {
      device.ask(.put, "/3303/0/5700", queries.map { .query($0) })
      device.ask(.put, "/3303", [.query("pmin=5")])
      for path in ["/3303", "/3303/0", "/3303/0/5700", "/3303/65534", "/1", "/1/0", "/3", "/3/0"] {
        let text = device.get(path, [.accept(40)]).text
        let links = Link.list(text)
        #expect(links?.first?.target == path, "\(text)")
        #expect(links?.allSatisfy { $0.target.hasPrefix(path) } == true, "\(text)")
      }
    }
    #expect(
      Link.list(device.get("/3303/0", [.accept(40)]).text) == [
        Link("/3303/0"), Link("/3303/0/11", "dim=2"),
        Link("/3303/0/5700", "pmin=0", "pmax=4294967295", "gt=-5", "lt=-42.25", "st=0.1"),
        Link("/3303/0/5701"),
      ])
  }

  @Test(
    "4.1 RFC 6690, C Wakaama 7, C Wakaama 8, 4.3-1: Register lists each instance once, rooted as it says"
  )
  func register() {
    let world = World()
    // The ring refuses /21 itself.
    for path in [
      Path(210, 0, 0), Path(20, 3, 0), Path(22, 0, 0), Path(2, 0, 0), Path(20, 0, 0),
    ] {
      world.add(path, .integer, .integer(1))
      world.add(Path(path.object, path.instance, 7), .integer, .integer(1))
    }
    world.connect()
    let links = Link.list(world.sent[0].text)
    let wanted = [
      "/1/0", "/2/0", "/3/0", "/20/0", "/20/3", "/22/0", "/210/0", "/3303/0",
    ]
    #expect(links == [Link("/", "rt=\"oma.lwm2m\"")] + wanted.map { Link($0) })
    #expect(world.sent[0].format == 40)
  }

  @Test(
    "4.1 RFC 6690: so is the list of an Update, and that of a Bootstrap-Discover behind its version"
  )
  func others() throws {
    let world = World()
    world.register()
    world.add(Path(3311, 0, 5850), .boolean, .boolean(true))
    let update = try #require(world.sent.last)
    #expect(Link.list(update.text)?.map(\.target) == ["/", "/1/0", "/3/0", "/3303/0", "/3311/0"])
    let other = World.unprovisioned()
    other.connect()
    other.answer(.changed)
    other.request(.get, "", [.accept(40)])
    let text = try #require(other.sent.last).text
    let parts = text.split(separator: ",", maxSplits: 1)
    #expect(parts.first == "lwm2m=\"1.0\"" || parts.first == "</>;lwm2m=1.0", "\(text)")
    #expect(Link.list(String(parts.last ?? "x"))?.isEmpty == false, "\(text)")
  }
}
