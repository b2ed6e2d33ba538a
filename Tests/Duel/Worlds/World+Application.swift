import NBModule

/// What the firmware's application does with its sockets.
extension World {
  /// Opens, sends or, seldom, closes; each time a while later.
  mutating func act(_ index: Int) {
    slots[index].due = now + UInt32(dice.draw(500...6000))
    guard let number = slots[index].number else { return open(index) }
    if troublesEnd == nil, !plan.isOrderly, dice.strikes(25) {
      firmware.close(number)
      slots[index].number = nil
      return
    }
    let longest = Int(plan.firmware.datagram)
    let length = dice.strikes(12) ? dice.draw(4...longest) : dice.draw(4...80)
    let bytes = dice.datagram(nextNumber(), length: length)
    // Known before it is taken, as it may leave within the call.
    ledger.up[bytes] = Ledger.Entry(port: slots[index].port, at: now)
    let taken = firmware.send(
      number, bytes, to: World.server, expectation: UInt8(dice.draw(3)))
    if taken != Int32(bytes.count) { ledger.up[bytes] = nil }
    if taken > 0, !firmware.isSetUp { ledger.early += 1 }
    if taken == 0 { slots[index].due = now + 100 }
    if taken < 0 { close(index) }
    firmwareDue = now
  }

  private mutating func open(_ index: Int) {
    slots[index].openings += 1
    slots[index].port = UInt16(10_000 + 1000 * index) + slots[index].openings
    ledger.ports.insert(slots[index].port)
    let number = firmware.open(port: slots[index].port)
    slots[index].number = number < 0 ? nil : number
    firmwareDue = now
  }

  /// A broken socket is given back, and another one opened later.
  private mutating func close(_ index: Int) {
    if let number = slots[index].number { firmware.close(number) }
    slots[index].number = nil
    slots[index].due = now + 1000
    firmwareDue = now
  }

  /// Whether there was something.
  mutating func receive(_ index: Int) -> Bool {
    guard let number = slots[index].number else { return false }
    switch firmware.receive(number) {
    case .nothing: return false
    case .truncated: ledger.truncated += 1
    case .broken: close(index)
    case .datagram(let bytes, let from):
      ledger.arriveDown(bytes, at: slots[index].port, from: from, server: World.server)
      noteRecovery(index, bytes)
    }
    return true
  }

  private mutating func noteRecovery(_ index: Int, _ bytes: [UInt8]) {
    guard let lastTroubled, slots[index].recovered == nil, bytes.count >= 8 else { return }
    let number = bytes[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if number > lastTroubled { slots[index].recovered = now }
  }
}
