import ConsoleText
import ModemConsole
import NBIoTBytes
import Testing

@Suite struct OrderTests {
  @Test(arguments: [
    ("reboot", Order.module(.reboot)), ("detach", .module(.detach)), ("attach", .module(.attach)),
    ("refuse 3 159", .module(.refuse(code: 159, count: 3))),
    ("fault delay 0.5", .fault("delay", 0.5)),
    ("wait line AT+NSOCR", .wait(.heard("AT+NSOCR"), .seconds(30))),
    ("wait line \"AT + X\" 5", .wait(.heard("AT + X"), .seconds(5))),
    ("wait said +CEREG:1 5", .wait(.said("+CEREG:1"), .seconds(5))),
    ("wait sent 12", .wait(.sent(12), .seconds(30))),
    ("wait received 1 2", .wait(.received(1), .seconds(2))),
    ("wait registered", .wait(.registered, .seconds(30))),
    ("wait restarted", .wait(.restarted, .seconds(30))),
    ("wait plugged 100", .wait(.plugged, .seconds(100))),
    ("wait unplugged", .wait(.unplugged, .seconds(30))), ("sleep 250", .sleep(Milliseconds(250))),
    ("say \"and now\"", .say("and now")), ("help", .help), ("quit", .quit),
  ])
  func eachOrderIsRead(line: String, order: Order) throws {
    #expect(try Order(parsing: line) == order)
  }

  @Test(arguments: ["", "   ", "# a comment", "#reboot"])
  func emptyLinesAndCommentsArePassedOver(line: String) throws {
    #expect(try Order(parsing: line) == nil)
  }

  @Test(arguments: [
    ("explode", "no order is called \"explode\"; `help` lists the orders"),
    ("reboot now", "\"now\" is too much; usage: reboot"),
    ("refuse 3", "codes missing; usage: refuse COUNT CODE"),
    ("refuse 3 65536", "65536 is no code of +CME ERROR; usage: refuse COUNT CODE"),
    ("fault gremlin 1", "no fault is called \"gremlin\"; usage: fault NAME RATE"),
    ("fault delay 1.5", "a rate is a number from 0 to 1; usage: fault NAME RATE"),
    ("sleep", "milliseconds missing; usage: sleep MILLISECONDS"),
    ("say \"x", "a quote is not closed"),
  ])
  func aWrongOrderSaysWhatIsWrong(line: String, message: String) {
    #expect(throws: CommandError(message)) { try Order(parsing: line) }
  }

  @Test(arguments: [
    ("wait", "what to wait for missing"), ("wait godot", "nothing to wait for is called \"godot\""),
    ("wait sent x", "\"x\" is no number of datagrams"),
    ("wait registered soon", "\"soon\" is no number of seconds"),
  ])
  func aWrongWaitListsAllWaits(line: String, beginning: String) throws {
    let error = try #require(throws: CommandError.self) { try Order(parsing: line) }
    #expect(error.message.hasPrefix(beginning + "; usage: wait line TEXT [SECONDS]  or  wait said"))
  }
}
