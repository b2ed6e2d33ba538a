import CoAPWire

extension Configuration {
  /// Lets a device in that is not denied and sends the auth code it must.
  func authorize(_ message: Message, _ endpoint: String) throws(Refusal) {
    guard !denies(endpoint) else {
      throw Refusal(.forbidden, "this endpoint is not let in")
    }
    guard let expected = authCode(of: endpoint) else { return }
    guard let sent = message.texts(of: .authCode).first else {
      throw Refusal(.forbidden, "no auth code (option 63)")
    }
    guard sent == expected else { throw Refusal(.forbidden, "wrong auth code (option 63)") }
  }
}

extension Message {
  /// Critical options the interfaces of a server understand (RFC 7252 section 5.4.1).
  private static let understood: [OptionNumber] = [
    .uriHost, .uriPort, .uriPath, .uriQuery, .accept, .authCode,
  ]

  /// `also` names an option that is understood where the message went.
  func requireKnownOptions(_ also: OptionNumber? = nil) throws(Refusal) {
    if let unknown = options.first(where: {
      $0.number.isCritical && $0.number != also && !Message.understood.contains($0.number)
    }) {
      throw Refusal(.badOption, "critical option \(unknown.number.rawValue)")
    }
  }
}
