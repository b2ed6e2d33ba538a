import ModemConsole
import NBIoTBytes
import NBModule
import Testing

@Suite struct AttendantTests {
  /// An attendant with a script, and what it has said.
  private struct Stage {
    var attendant = Attendant()
    var now = Instant(milliseconds: 1000)

    init(_ lines: String...) {
      for line in lines { attendant.append(line) }
    }

    /// What the module is to do now.
    mutating func orders() -> [ModuleOrder] {
      var orders: [ModuleOrder] = []
      while let order = attendant.nextOrder(now: now) { orders.append(order) }
      return orders
    }

    mutating func orders(after event: ModuleEvent) -> [ModuleOrder] {
      attendant.note(event)
      return orders()
    }

    mutating func reports() -> [Attendant.Report] {
      var reports: [Attendant.Report] = []
      while let report = attendant.nextReport() { reports.append(report) }
      return reports
    }
  }

  private static func sent(_ length: Int = 1) -> ModuleEvent {
    .sent(socket: 0, to: Endpoint(host: .ipv4(0x7F00_0001), port: 1), length: length)
  }

  @Test func ordersAreGivenOneAfterAnother() {
    var stage = Stage("detach", "refuse 2 159", "attach")
    #expect(stage.orders() == [.detach, .refuse(code: 159, count: 2), .attach])
    #expect(
      stage.reports() == [
        .began(line: "detach"), .began(line: "refuse 2 159"), .began(line: "attach"),
      ])
    #expect(stage.attendant.isIdle)
    #expect(stage.attendant.failures == 0)
  }

  @Test func aRebootComesRightBehindTheEventThatWasWaitedFor() {
    var stage = Stage("wait sent 2", "reboot")
    #expect(stage.orders() == [])
    #expect(stage.orders(after: Self.sent()) == [])
    #expect(stage.orders(after: .said("0,1")) == [])
    #expect(stage.orders(after: Self.sent()) == [.reboot])
    #expect(
      stage.reports() == [
        .began(line: "wait sent 2"), .waited(line: "wait sent 2"), .began(line: "reboot"),
      ])
  }

  @Test func aWaitCountsFromTheEndOfTheOrderBeforeIt() {
    var stage = Stage("wait line AT+NSOST", "wait line AT+NSOST", "reboot")
    _ = stage.orders()
    #expect(stage.orders(after: .heard("AT+NSOST=0")) == [])
    #expect(stage.orders(after: .heard("AT+NSORF=0,512")) == [])
    #expect(stage.orders(after: .heard("AT+NSOST=0")) == [.reboot])
  }

  @Test(arguments: [
    ("wait said +CEREG", ModuleEvent.said("+CEREG:1")), ("wait restarted", .restarted(.fault)),
    (
      "wait received 1",
      .received(socket: 0, from: Endpoint(host: .ipv4(0x7F00_0001), port: 1), length: 1)
    ),
    ("wait registered", .registration(1)), ("wait registered", .registration(5)),
  ])
  func eachEventEndsItsWait(line: String, event: ModuleEvent) {
    var stage = Stage(line, "attach")
    #expect(stage.orders() == [])
    #expect(stage.orders(after: .heard("+CEREG")) == [])
    #expect(stage.orders(after: event) == [.attach])
  }

  @Test func registeredHoldsUntilTheModuleRestartsOrIsDetached() {
    for (order, line) in [(ModuleOrder.reboot, "reboot"), (.detach, "detach")] {
      var stage = Stage("wait registered", line, "wait registered", "attach")
      _ = stage.orders()
      #expect(stage.orders(after: .registration(1)) == [order])
      #expect(stage.orders(after: .registration(2)) == [])
      #expect(stage.orders(after: .registration(1)) == [.attach])
    }
    var stage = Stage()
    #expect(stage.orders(after: .registration(1)) == [])
    stage.attendant.append("wait registered")
    stage.attendant.append("attach")
    #expect(stage.orders() == [.attach])
  }

  @Test func theMCUComesAndGoes() {
    var stage = Stage("wait unplugged", "wait plugged", "wait unplugged", "attach")
    #expect(stage.orders() == [])
    stage.attendant.note(isPlugged: true)
    #expect(stage.orders() == [])
    stage.attendant.note(isPlugged: false)
    #expect(stage.orders() == [.attach])
  }

  @Test func whatDoesNotHappenInTimeFailsAndTheScriptGoesOn() {
    var stage = Stage("wait sent 2 5", "attach")
    #expect(stage.orders() == [])
    #expect(stage.attendant.deadline == stage.now + .seconds(5))
    #expect(stage.orders(after: Self.sent()) == [])
    stage.now = stage.now + .seconds(5)
    #expect(stage.orders() == [.attach])
    #expect(stage.attendant.failures == 1)
    #expect(
      stage.reports().dropFirst().first
        == .failed(line: "wait sent 2 5", reason: "it did not happen in time"))
  }

  @Test func sleepLastsUntilItsEnd() {
    var stage = Stage("sleep 250", "attach")
    #expect(stage.orders() == [])
    #expect(stage.attendant.deadline == stage.now + Milliseconds(250))
    stage.now = stage.now + Milliseconds(249)
    #expect(stage.orders() == [])
    stage.now = stage.now + Milliseconds(1)
    #expect(stage.orders() == [.attach])
    #expect(stage.attendant.deadline == .never)
  }

  @Test func faultsAddUp() {
    var faults = Faults()
    faults.refusal = 0.5
    var stage = Stage("fault delay 1", "fault refusal 0")
    stage.attendant = Attendant(faults: faults)
    stage.attendant.append("fault delay 1")
    stage.attendant.append("fault refusal 0")
    faults.delay = 1
    var second = faults
    second.refusal = 0
    #expect(stage.orders() == [.misbehave(faults), .misbehave(second)])
  }

  @Test func anUnknownOrderIsToldAndCounted() {
    var stage = Stage("explode", "say \"still here\"")
    #expect(stage.orders() == [])
    #expect(stage.attendant.failures == 1)
    #expect(
      stage.reports() == [
        .failed(
          line: "explode", reason: "no order is called \"explode\"; `help` lists the orders"),
        .said("still here"),
      ])
  }

  @Test func nothingIsDoneAfterQuit() {
    var stage = Stage("quit", "reboot")
    #expect(stage.orders() == [])
    #expect(stage.attendant.isFinished)
  }

  @Test func helpListsEachOrder() {
    var stage = Stage("help")
    _ = stage.orders()
    #expect(stage.reports().last == .help(Order.usages.map(\.usage)))
  }
}
