import ConsoleText
import LwM2MModel
import PlatformAccess
import Testing

@testable import PlatformConsole

@Suite struct OrderScriptTests {
  @Test func aScriptIsAListOfOrders() throws {
    let lines = [
      "# anew", "delete /0", "", "delete /", "write /0/0/0 $uri", "write /0/0 0=$uri,1=false",
      "write /0/0/3 666f6f hex", "read /1", "discover /1", "finish",
    ]
    #expect(
      try OrderScript.orders(parsing: lines) == [
        .delete(Path(0)), .delete(Path()), .write(Path(0, 0, 0), "$uri", .text),
        .write(Path(0, 0), "0=$uri,1=false", .tlv), .write(Path(0, 0, 3), "666f6f", .hex),
        .read(Path(1)), .discover(Path(1)), .finish,
      ])
  }

  @Test(arguments: [
    ("fly /0", "no order is called \"fly\""), ("delete", "path missing"),
    ("delete x", "\"x\" is no path such as / or /1/0"), ("finish now", "\"now\" is too much"),
    ("write /0 1", "an object cannot be written"), ("write /0/0 1", "\"1\" is not ID=VALUE"),
    ("write /0/0/1 2 tlv", "the value is no boolean"),
  ])
  func aWrongLineSaysItsNumberAndWhatAnOrderIs(line: String, cause: String) throws {
    let error = try #require(throws: CommandError.self) {
      try OrderScript.orders(parsing: ["finish", line])
    }
    #expect(error.message.hasPrefix("line 2: \(cause); an order is "))
  }
}
