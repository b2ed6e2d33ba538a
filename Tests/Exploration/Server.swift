import CoAPWire

/// A well-behaved server, as a model: it says the same to a message that comes twice.
struct Server {
  var knows = false
  /// Where the registration is: two places in turns.
  var location: UInt8 = 0
  /// Where it sends to.
  var socket = 0
  /// Seconds, as the device told it.
  private(set) var lifetime: UInt32 = 0
  /// When that ends.
  var forgetsAt = UInt64.max
  /// The message ID of the latest request of the device that it granted.
  private(set) var latest: UInt16 = 0
  /// What it granted last had been overtaken by a later request.
  private(set) var isMisled = false
  /// It answered a Register, an Update or a De-register so often.
  var granted = 0
  var observer: [UInt8]?
  var answered: [(id: UInt16, reply: Datagram)] = []
  var owed: Owed?
  var asked: [Asked] = []
  private var lastID: UInt16 = 0x7000

  /// A response of its own, until it is acknowledged.
  struct Owed {
    let datagram: Datagram
    var sends = 0
  }

  /// A request of the server, until it cannot arrive any more.
  struct Asked {
    let order: Order
    let datagram: Datagram
    let askedAt: UInt64
    var sends = 1
    /// It was answered, or acknowledged.
    var isOver = false
    var runs = 0
    /// The code of the first response.
    var code: Code?
    /// It came at a time at which the device had to ignore it.
    var isRefused: Bool { code == Code(class: 5, detail: 3) }
  }

  var locationPath: String { location == 0 ? "rd/a" : "rd/b" }

  mutating func drawID() -> UInt16 {
    lastID += 1
    return lastID
  }

  // MARK: Requests

  /// `lifetime`: what it writes, when it does.
  mutating func ask(_ order: Order, lifetime: UInt32, now: UInt64) -> Datagram {
    let id = drawID()
    let token: [UInt8] = [UInt8(truncatingIfNeeded: id >> 8), UInt8(truncatingIfNeeded: id)]
    let datagram: Datagram
    switch order {
    case .execute: datagram = Server.post("/3306/0/5850", id, token)
    case .trigger: datagram = Server.post("/1/0/8", id, token)
    case .disable: datagram = Server.post("/1/0/4", id, token)
    case .write:
      datagram = Datagram(
        .confirmable, .put, id: id, token: token,
        options: Datagram.Field.path("/1/0/1") + [.format(0)], payload: Array("\(lifetime)".utf8))
    case .observe:
      datagram = Datagram(
        .confirmable, .get, id: id, token: token,
        options: Datagram.Field.path("/3303/0/5700") + [.observe(0)])
    }
    asked.append(Asked(order: order, datagram: datagram, askedAt: now))
    return datagram
  }

  private static func post(_ path: String, _ id: UInt16, _ token: [UInt8]) -> Datagram {
    Datagram(.confirmable, .post, id: id, token: token, options: Datagram.Field.path(path))
  }

  // MARK: What the device sent

  /// How it may take this one.
  func choices(_ datagram: Datagram, _ reactions: [Reaction]) -> [Reaction] {
    guard datagram.type == .confirmable, !answered.contains(where: { $0.id == datagram.id }) else {
      return [.accept]
    }
    if datagram.isRegister { return reactions }
    if datagram.isUpdate || datagram.code == .delete {
      return knows && datagram.path == locationPath ? reactions : [.accept]
    }
    guard datagram.isNotification else { return [.accept] }
    return isObserver(datagram.token)
      ? reactions.filter { $0 == .accept || $0 == .reset } : [.reset]
  }

  private func isObserver(_ token: [UInt8]) -> Bool {
    token == observer || asked.contains { $0.order == .observe && $0.datagram.token == token }
  }

  /// Takes a confirmable message of the device; what it says to it at once.
  mutating func take(_ datagram: Datagram, _ reaction: Reaction, socket: Int, now: UInt64)
    -> Datagram
  {
    if let earlier = answered.first(where: { $0.id == datagram.id }) { return earlier.reply }
    let reply = react(datagram, reaction, socket: socket, now: now)
    answered.append((datagram.id, reply))
    return reply
  }

  private mutating func react(
    _ datagram: Datagram, _ reaction: Reaction, socket: Int, now: UInt64
  ) -> Datagram {
    let empty = Datagram(.acknowledgement, .empty, id: datagram.id)
    guard reaction != .reset else { return Datagram(.reset, .empty, id: datagram.id) }
    guard datagram.code.isRequest else { return empty }
    var response = Datagram(.acknowledgement, .notFound, id: datagram.id, token: datagram.token)
    switch reaction {
    case .overload:
      response.code = Code(class: 5, detail: 3)
      response.options = [.number(.maxAge, 60)]
    case .refuse: response.code = datagram.isRegister ? .forbidden : .badRequest
    case .accept, .later, .reset: grant(datagram, &response, socket: socket, now: now)
    }
    guard reaction == .later else { return response }
    response.type = .confirmable
    response.id = drawID()
    owed = Owed(datagram: response)
    return empty
  }

  private mutating func grant(
    _ datagram: Datagram, _ response: inout Datagram, socket: Int, now: UInt64
  ) {
    if datagram.isRegister {
      knows = true
      observer = nil
      location ^= 1
      response.code = .created
      response.options = Datagram.Field.location(locationPath)
    } else {
      guard knows, datagram.path == locationPath else { return }
      response.code = datagram.code == .delete ? .deleted : .changed
      knows = datagram.code != .delete
    }
    self.socket = socket
    granted += 1
    isMisled = datagram.id < latest
    latest = max(latest, datagram.id)
    lifetime = datagram.lifetime ?? lifetime
    forgetsAt = knows ? now + UInt64(lifetime) * 1000 : .max
  }

  /// An acknowledgement, a Reset, or a response of the device.
  mutating func settle(_ datagram: Datagram) {
    if let open = owed, open.datagram.id == datagram.id { owed = nil }
    for index in asked.indices {
      let isAbout =
        datagram.type == .confirmable || datagram.type == .nonConfirmable
        ? asked[index].datagram.token == datagram.token : asked[index].datagram.id == datagram.id
      guard isAbout else { continue }
      asked[index].isOver = true
      if datagram.code == .content { observer = datagram.token }
    }
  }
}

extension Datagram.Field {
  static func location(_ path: String) -> [Datagram.Field] {
    path.split(separator: "/").map {
      Datagram.Field(number: OptionNumber.locationPath.rawValue, value: Array($0.utf8))
    }
  }
}
