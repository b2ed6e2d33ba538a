import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

/// What can be observed; the place in the list is its name in the text, and the token.
private let paths = [
  "/3300", "/3300/0", "/3300/0/1", "/3300/0/2", "/3300/0/3", "/3300/1/1",
]
private let levels = [[0], [1, 0], [2, 1, 0], [3, 1, 0], [4, 1, 0], [5, 6, 0]]
private let floats = 3
private let texts = 4
private let resources = [
  (2, Path(3300, 0, 1)), (floats, Path(3300, 0, 2)), (texts, Path(3300, 0, 3)),
  (5, Path(3300, 1, 1)),
]

private func spelt(_ number: Double) -> String {
  number == number.rounded() ? "\(Int(number))" : "\(number)"
}

private func content(_ number: Double, of place: Int) -> Cabinet.Content {
  switch place {
  case texts: .text(spelt(number))
  case floats: .float(number)
  default: .integer(Int64(number))
  }
}

/// A device and the text side by side, living through random histories.
private final class Comparison {
  private let device = ServedDevice(
    resources.map { place, path in
      .one(
        path, place == texts ? .string : place == floats ? .float : .integer,
        content(0, of: place), room: place == texts ? 8 : 0)
    }, notifications: 1)
  private var dice = SeededGenerator(seed: 0)
  private var text = NotificationText(levels: levels, texts: [texts])
  private var second = 0
  private var numbers = [Int](repeating: -1, count: paths.count)
  private(set) var told = 0
  /// The first time the device did otherwise than the text says.
  private(set) var fault: String?

  private func roll(_ sides: Int) -> Int { Int(dice.next() >> 33) % sides }

  /// One history. Afterwards nothing is observed, and no attribute is left.
  func live(seed: UInt64) {
    dice = SeededGenerator(seed: seed)
    text = NotificationText(levels: levels, texts: [texts])
    second = 0
    for (place, path) in resources { device.set(path, content(0, of: place)) }
    for _ in 0..<1 + roll(3) { observe(roll(paths.count)) }
    for _ in 0..<roll(5) { writeAttribute() }
    for _ in 0..<8 where fault == nil {
      if roll(6) == 0 { oversleep(1 + roll(9)) } else { pass(roll(4)) }
      act()
    }
    for place in paths.indices where text.isObserved(place) { cancel(place) }
    for level in paths {
      device.ask(.put, level, NotificationText.Name.allCases.map { .query("\($0)") })
    }
    for resource in ["/1/0/2", "/1/0/3"] { device.put(resource, text: "0") }
    if let fault { self.fault = "seed \(seed), second \(second): \(fault)" }
  }

  // MARK: Time

  private func pass(_ seconds: Int) {
    compare(device.settle())
    for _ in 0..<seconds {
      second += 1
      let sent = device.pass(1000)
      if sent.contains(where: { $0.at != 1000 }) { fault = "told between two seconds" }
      compare(sent.map(\.sent))
    }
  }

  /// Nobody looks at the deadline.
  private func oversleep(_ seconds: Int) {
    second += seconds
    device.now = Instant(milliseconds: device.now.milliseconds + UInt64(seconds) * 1000)
  }

  // MARK: Deeds

  private func act() {
    switch roll(20) {
    case 0..<11: change()
    case 11..<15: writeAttribute()
    case 15: writePreset()
    case 16..<18: observe(roll(paths.count))
    case 18: cancel(roll(paths.count))
    default: break
    }
  }

  private func change() {
    let (place, path) = resources[roll(resources.count)]
    let number = place == floats ? Double(roll(41) - 20) / 2 : Double(roll(21) - 10)
    text.add(.init(kind: .change, place: place, value: number), at: second)
    if roll(4) == 0 {
      let payload = Array(spelt(number).utf8)
      let write = device.request(.put, paths[place], [.format(0)], payload: payload)
      compareBehindAnswer(device.deliver(write), .changed)
    } else {
      compare(device.change(path, content(number, of: place)))
    }
  }

  private func writeAttribute() {
    let level = roll(paths.count)
    let name = NotificationText.Name.allCases[roll(5)]
    let some =
      switch name {
      case .pmin: Double(roll(9))
      case .pmax: Double(roll(16))
      case .gt: Double(roll(24) - 8) / 2
      case .lt: Double(roll(24) - 16) / 2
      case .st: Double(1 + roll(10)) / 2
      }
    let value = roll(4) == 0 ? nil : some
    let isAccepted = text.accepts(name, value, at: level)
    if isAccepted {
      let kind = value == nil ? NotificationText.Deed.Kind.unset : .set
      text.add(.init(kind: kind, place: level, name: name, value: value ?? 0), at: second)
    }
    let query = value.map { "\(name)=\(spelt($0))" } ?? "\(name)"
    let sent = device.deliver(device.request(.put, paths[level], [.query(query)]))
    compareBehindAnswer(sent, isAccepted ? .changed : .badRequest)
  }

  private func writePreset() {
    let name = roll(2) == 0 ? NotificationText.Name.pmin : .pmax
    let value = Double(roll(10))
    text.add(.init(kind: .preset, name: name, value: value), at: second)
    let write = device.request(
      .put, name == .pmin ? "/1/0/2" : "/1/0/3", [.format(0)], payload: Array(spelt(value).utf8))
    compareBehindAnswer(device.deliver(write), .changed)
  }

  private func observe(_ place: Int) {
    text.add(.init(kind: .observe, place: place), at: second)
    let sent = device.deliver(
      device.request(.get, paths[place], [.observe(0)], token: [UInt8(place)]))
    if let answer = sent.first { advance(place, answer) }
    compareBehindAnswer(sent, .content)
  }

  private func cancel(_ place: Int) {
    text.add(.init(kind: .cancel, place: place), at: second)
    let sent = device.deliver(
      device.request(.get, paths[place], [.observe(1)], token: [UInt8(place)]))
    numbers[place] = -1
    compareBehindAnswer(sent, .content)
  }

  // MARK: What the device says, and what it has to say

  private func compareBehindAnswer(_ sent: [Datagram], _ code: Code) {
    guard sent.first?.code == code else {
      fault = fault ?? "\(code.decimal) expected, got \(sent)"
      return
    }
    compare(Array(sent.dropFirst()))
  }

  private func compare(_ sent: [Datagram]) {
    let due = paths.indices.filter { text.isObserved($0) && text.isDue($0, second: second) }
    for place in due { text.add(.init(kind: .tell, place: place), at: second) }
    let observers = sent.map { Int($0.token[0]) }
    guard observers.sorted() == due else {
      fault = fault ?? "expected \(due), told \(observers); \(text.history)"
      return
    }
    for (place, datagram) in zip(observers, sent) { check(place, datagram) }
  }

  private func check(_ place: Int, _ datagram: Datagram) {
    told += 1
    advance(place, datagram)
    if datagram.type != .nonConfirmable { fault = fault ?? "a confirmable notification" }
    let expected =
      levels[place].count == 3
      ? Array(spelt(text.value(place, moment: text.history.count)).utf8)
      : device.get(paths[place]).payload
    if datagram.payload != expected { fault = fault ?? "\(paths[place]) told \(datagram)" }
  }

  /// RFC 7641 section 4.4: strictly later than the one before.
  private func advance(_ place: Int, _ datagram: Datagram) {
    guard let number = datagram.observe, number > numbers[place] else {
      fault = fault ?? "\(paths[place]) numbered \(datagram)"
      return
    }
    numbers[place] = number
  }
}

@Suite struct NotificationOracleTests {
  @Test("LwM2M 1.0 5.1.2, 4.3-8: 10,000 random histories are told as the text says it")
  func agrees() async {
    let lives = 100
    let (told, faults) = await withTaskGroup(of: (Int, String?).self) { group in
      for life in 0..<lives {
        group.addTask {
          let comparison = Comparison()
          for history in 0..<100 where comparison.fault == nil {
            comparison.live(seed: UInt64(life * 100 + history))
          }
          return (comparison.told, comparison.fault)
        }
      }
      return await group.reduce(into: (0, [String]())) { sum, life in
        sum.0 += life.0
        if let fault = life.1 { sum.1.append(fault) }
      }
    }
    print("\(lives * 100) random histories, \(told) notifications")
    #expect(faults.isEmpty, "\(faults.first ?? "")")
    #expect(told > 40_000)
  }
}
