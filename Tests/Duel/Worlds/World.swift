import NBIoTBytes
import NBModule

/// The port, a module and a peer that answers, in virtual time.
struct World: ~Copyable {
  /// A socket of the application, which opens it again whenever it is broken.
  struct Slot {
    var number: Int32?
    var port: UInt16 = 0
    var openings: UInt16 = 0
    /// When it does something again.
    var due: UInt32
    /// When it first had an answer to what it sent since the troubles ended.
    var recovered: UInt32?
  }

  struct Arrival {
    let at: UInt32
    let socket: Int
    let port: UInt16
    let bytes: [UInt8]
  }

  static let server = Endpoint(host: .ipv4(0xB7E6_2896), port: 36_000)
  /// From the end of the troubles until every socket has had an answer: a minute for an AT+COPS whose answer got lost, the
  /// time of a registration that is asked for every ten seconds, and two time-outs of ten seconds.
  static let bound: UInt32 = 120_000

  /// What makes a law fail, to see that it can.
  enum Sabotage: CaseIterable {
    /// A datagram to the MCU is changed on its way.
    case forging
    /// It goes to another socket.
    case misleading
    /// It comes twice.
    case doubling
    /// A datagram from the MCU is lost behind the module, which said OK.
    case swallowing
    /// The troubles never end.
    case lasting
    /// The module is always due.
    case spinning
  }

  let plan: WorldPlan
  var sabotage: Sabotage?
  var dice: Dice
  var module: NBModule
  let firmware: Firmware
  var ledger = Ledger()
  var now: UInt32 = 0
  var slots: [Slot]
  var arrivals: [Arrival] = []
  /// Local ports of the module's sockets, by number.
  var modulePorts: [Int: UInt16] = [:]
  var firmwareDue: UInt32?
  var orderDue: UInt32
  var troublesEnd: UInt32?
  /// The last datagram from before the end of the troubles.
  var lastTroubled: UInt32?
  /// From here on nothing may be lost.
  var calm: UInt32 = 0
  var isDetached = false
  var counter: UInt32 = 0
  private var idlePasses = 0

  init?(seed: UInt64) {
    dice = Dice(seed)
    plan = WorldPlan(seed: seed, &dice)
    module = NBModule(plan.module, seed: seed, now: Instant(milliseconds: 0))
    guard let firmware = Firmware(plan.firmware) else { return nil }
    self.firmware = firmware
    module.obey(.misbehave(plan.faults), now: Instant(milliseconds: 0))
    orderDue = UInt32(dice.draw(1000...20_000))
    slots = []
    // One of the port's sockets stays free for one that is being closed.
    for _ in 0..<max(1, Int(plan.firmware.sockets) - 1) {
      slots.append(Slot(due: UInt32(dice.draw(1...5000))))
    }
    firmwareDue = 0
  }

  var instant: Instant { Instant(milliseconds: UInt64(now)) }

  /// Goes on to the next moment at which something happens, at most to `end`.
  mutating func advance(to end: UInt32) {
    let next =
      [
        UInt32(clamping: module.deadline.milliseconds), firmwareDue ?? .max,
        slots.map(\.due).min() ?? .max, arrivals.map(\.at).min() ?? .max, orderDue, end,
      ].min() ?? end
    idlePasses = next > now && sabotage != .spinning ? 0 : idlePasses + 1
    if idlePasses == 1000 { ledger.find("spins at \(now)") }
    now = max(now, idlePasses < 1000 ? next : now + 1000)
    firmware.setTime(firmwareTime)
    deliverArrivals()
    module.handleTimeout(now: instant)
    giveOrders()
    pump()
    if firmwareDue.map({ $0 <= now }) == true {
      step()
      pump()
    }
    for index in slots.indices where slots[index].due <= now { act(index) }
    pump()
  }

  /// It wraps while the world goes on.
  private var firmwareTime: UInt32 { now &- 30_000 }

  mutating func step() {
    firmwareDue = firmware.step().map { now &+ $0 < now ? .max : now &+ $0 }
  }

  mutating func nextNumber() -> UInt32 {
    counter += 1
    return counter
  }

  /// Moves characters, requests and datagrams until nothing moves any more.
  mutating func pump() {
    var moves = true
    while moves {
      moves = false
      while let bytes = module.transmit(now: instant) {
        moves = true
        feed(bytes)
      }
      let typed = firmware.take()
      if !typed.isEmpty {
        moves = true
        module.handle(typed, now: instant)
      }
      noteEvents()
      while let request = module.nextRequest() {
        moves = true
        obey(request)
      }
      for index in slots.indices where receive(index) { moves = true }
    }
  }

  /// As much at a time as the port's ring takes, with a step behind it.
  private mutating func feed(_ bytes: [UInt8]) {
    let chunk = Int(plan.firmware.uart_size) - 1
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      firmware.feed(bytes[start..<min(start + chunk, bytes.count)])
      step()
    }
  }

  private mutating func noteEvents() {
    while let event = module.nextEvent() {
      switch event {
      case .fault(.lostFromMCU): ledger.lostIn += 1
      case .fault(.lostToMCU): ledger.lostOut += 1
      default: break
      }
    }
  }

  /// The network goes and comes, somebody restarts the module.
  private mutating func giveOrders() {
    guard orderDue <= now else { return }
    orderDue = plan.hasOutages && troublesEnd == nil ? now + UInt32(dice.draw(3000...20_000)) : .max
    guard plan.hasOutages, troublesEnd == nil else { return }
    if dice.strikes(3) {
      module.obey(.reboot, now: instant)
    } else {
      isDetached.toggle()
      module.obey(isDetached ? .detach : .attach, now: instant)
    }
  }
}
