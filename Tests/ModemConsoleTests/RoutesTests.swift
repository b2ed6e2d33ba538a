import ModemConsole
import NBModule
import Testing

@Suite struct RoutesTests {
  private func endpoint(_ text: String) throws -> Endpoint {
    try #require(Endpoint(text: text))
  }

  private func routes(from: Endpoint, to: Endpoint) throws -> Routes {
    var routes = Routes()
    let isAdded = routes.add(from: from, to: to)
    try #require(isAdded)
    return routes
  }

  @Test func anAddressOfThisMachineNeedsNoRoute() throws {
    let local = try endpoint("127.0.0.1:5683")
    #expect(Routes().destination(of: local) == local)
    #expect(Routes().origin(of: local) == local)
  }

  @Test func anotherAddressLeadsNowhereUnlessItIsAllowed() throws {
    let remote = try endpoint("183.230.40.40:5683")
    var routes = Routes()
    #expect(routes.destination(of: remote) == nil)
    routes.allowsNonLoopback = true
    #expect(routes.destination(of: remote) == remote)
  }

  @Test func anAnswerComesFromTheAddressThatWasAsked() throws {
    let (remote, local) = try (endpoint("183.230.40.150:36000"), endpoint("127.0.0.1:5000"))
    let routes = try routes(from: remote, to: local)
    #expect(routes.destination(of: remote) == local)
    #expect(routes.origin(of: local) == remote)
    #expect(try routes.destination(of: endpoint("183.230.40.150:36001")) == nil)
  }

  @Test func oneAddressHasOneRoute() throws {
    let (remote, local) = try (endpoint("183.230.40.150:36000"), endpoint("127.0.0.1:5000"))
    var routes = try routes(from: remote, to: local)
    let isSplit = try routes.add(from: remote, to: endpoint("127.0.0.1:5001"))
    let isMerged = try routes.add(from: endpoint("183.230.40.40:5683"), to: local)
    #expect(!isSplit && !isMerged)
  }

  @Test(arguments: [
    "", "127.0.0.1", "127.0.0:1", "127.0.0.256:1", "127.0.0.+1:1", "127.0.0.1:", "127.0.0.1:65536",
    "127..0.1:1", "[::1]:1", "127.0.0.1:1:1", "127.0.0.٣:1",
  ])
  func whatIsNoAddressIsNotRead(text: String) {
    #expect(Endpoint(text: text) == nil)
  }
}
