import Fixtures
import Testing

@testable import CoAPWire

/// What a URI says, with the host as text.
private struct Server: Equatable {
  var isSecure = false
  var host: String
  var port: UInt16 = 5683
  var isBootstrap = false
}

private func parse(_ text: String) -> Result<Server, ServerURIError> {
  let bytes = Array(text.utf8)
  do throws(ServerURIError) {
    let uri = try ServerURI(parsing: bytes.span)
    return .success(
      Server(
        isSecure: uri.isSecure, host: String(decoding: bytes[uri.host], as: UTF8.self),
        port: uri.port, isBootstrap: uri.namesBootstrapServer))
  } catch {
    return .failure(error)
  }
}

private let good: [(String, Server)] = [
  ("coap://183.230.40.39", Server(host: "183.230.40.39")),
  ("coap://183.230.40.39:5683", Server(host: "183.230.40.39")),
  ("coap://host.example:1", Server(host: "host.example", port: 1)),
  ("coap://host.example:65535", Server(host: "host.example", port: 65535)),
  ("coap://h:0005683", Server(host: "h")),
  ("coap://h:", Server(host: "h")),
  ("coap://h:/", Server(host: "h")),
  ("coap://h/", Server(host: "h")),
  ("coaps://h", Server(isSecure: true, host: "h", port: 5684)),
  ("coaps://h:5683", Server(isSecure: true, host: "h", port: 5683)),
  ("COAPS://H-o_s~t.", Server(isSecure: true, host: "H-o_s~t.", port: 5684)),
  ("CoAp://h", Server(host: "h")),
  ("coap://[::1]", Server(host: "::1")),
  ("coap://[2001:DB8::1]:5700", Server(host: "2001:DB8::1", port: 5700)),
  ("coap://[fe80::1%25eth0]", Server(host: "fe80::1%25eth0")),
  ("coap://[::ffff:1.2.3.4]/", Server(host: "::ffff:1.2.3.4")),
  ("coap://h?bs", Server(host: "h", isBootstrap: true)),
  ("coap://h/?bs", Server(host: "h", isBootstrap: true)),
  ("coap://h:5683?bs", Server(host: "h", isBootstrap: true)),
  ("coap://h:?bs", Server(host: "h", isBootstrap: true)),
  ("coaps://[::1]:5684/?bs", Server(isSecure: true, host: "::1", port: 5684, isBootstrap: true)),
]

private let bad: [(String, ServerURIError)] = [
  ("", .schemeUnknown), ("coap", .schemeUnknown), ("coap:/h", .schemeUnknown),
  ("coap:h", .schemeUnknown), ("http://h", .schemeUnknown), ("coap+tcp://h", .schemeUnknown),
  (" coap://h", .schemeUnknown), ("coaps:/", .schemeUnknown), ("183.230.40.39", .schemeUnknown),
  ("coap://", .hostMissing), ("coaps://", .hostMissing), ("coap://:5683", .hostMissing),
  ("coap:///rd", .hostMissing), ("coap://?bs", .hostMissing), ("coap://[]", .hostMissing),
  ("coap://user@h", .hostInvalid), ("coap://h%41", .hostInvalid), ("coap://h h", .hostInvalid),
  ("coap://h\0", .hostInvalid), ("coap://h#x", .hostInvalid), ("coap://h\u{E9}", .hostInvalid),
  ("coap://[", .hostInvalid), ("coap://[::1", .hostInvalid), ("coap://[::1]x", .hostInvalid),
  ("coap://[::1:5", .hostInvalid),
  ("coap://[::1@]", .hostInvalid), ("coap://h]", .hostInvalid), ("coap://h\\", .hostInvalid),
  ("coap://h:0", .portInvalid), ("coap://h:00000", .portInvalid),
  ("coap://h:65536", .portInvalid), ("coap://h:99999999999999999999", .portInvalid),
  ("coap://h/rd", .pathNotAllowed), ("coap://h//", .pathNotAllowed),
  ("coap://h?", .pathNotAllowed), ("coap://h?b", .pathNotAllowed),
  ("coap://h?bs=1", .pathNotAllowed), ("coap://h?bs&x", .pathNotAllowed),
  ("coap://h?bs/", .pathNotAllowed), ("coap://h?ep=x", .pathNotAllowed),
  ("coap://h/#", .pathNotAllowed),
]

@Suite struct ServerURITests {
  @Test("RFC 7252 6.1: a coap or coaps URI of a server names host, port and security")
  func goodURIs() {
    for (text, server) in good { #expect(parse(text) == .success(server), "\(text)") }
  }

  @Test("RFC 7252 6.1: text that is no server URI is refused by its cause")
  func badURIs() {
    for (text, error) in bad { #expect(parse(text) == .failure(error), "\(text)") }
  }

  @Test("C Anjay Lite 6: the path or query of a server's URI is refused, not passed over")
  func noPath() {
    for tail in ["/rd", "/rd?bs", "/a/b", "//", "?ep=x", "?bs&x", "?"] {
      for port in ["", ":5683"] {
        #expect(parse("coap://h" + port + tail) == .failure(.pathNotAllowed), "\(port)\(tail)")
      }
    }
  }

  @Test("RFC 7252 6.1: a port that is not a number is refused as a port")
  func portsThatAreNoNumber() {
    for port in ["x", "12x", "+5", "-1", " 5683", "5683 ", "0x16", "pw@h", "5683:1", "db8::1"] {
      #expect(parse("coap://h:" + port) == .failure(.portInvalid), "\(port)")
    }
  }

  @Test("RFC 7252 6.1: a host that starts with a byte no host has is refused as a host")
  func hostsThatStartWrongly() {
    for host in ["@h", "%41", " h", "]", "#"] {
      #expect(parse("coap://" + host) == .failure(.hostInvalid), "\(host)")
    }
  }

  @Test("RFC 7252 5.10: a host has at most 255 bytes")
  func longHosts() {
    let longest = String(repeating: "h", count: 255)
    #expect(parse("coap://" + longest) == .success(Server(host: longest)))
    #expect(parse("coap://\(longest):7") == .success(Server(host: longest, port: 7)))
    #expect(parse("coap://h" + longest) == .failure(.hostInvalid))
    #expect(parse("coap://" + String(repeating: "h", count: 70_000)) == .failure(.hostInvalid))
  }

  @Test("RFC 3986 3.2.3: every port 1 ... 65535 is read as itself")
  func everyPort() {
    let wrong = (1...65535).filter {
      parse("coap://h:\($0)") != .success(Server(host: "h", port: UInt16($0)))
    }
    #expect(wrong == [])
  }

  @Test("Random text never traps, and an accepted host lies within the text")
  func randomText() {
    let alphabet = ["coap", "s", "://", "h", ":", "5683", "[", "]", "/", "?bs", "%", "@", "\0"]
    var generator = SeededGenerator(seed: 6)
    var accepted = 0
    for _ in 0..<20_000 {
      let words = (0..<Int(generator.next() % 8)).map { _ in
        alphabet.randomElement(using: &generator)!
      }
      let text = (generator.next() % 4 == 0 ? "" : "coap://") + words.joined()
      guard case .success(let server) = parse(text) else { continue }
      accepted += 1
      #expect(!server.host.isEmpty && text.contains(server.host) && server.port != 0)
    }
    #expect(accepted > 100)
  }
}
