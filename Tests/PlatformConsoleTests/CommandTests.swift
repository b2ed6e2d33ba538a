import CoAPWire
import ConsoleText
import LwM2MModel
import NBIoTBytes
import PlatformAccess
import Testing

@testable import PlatformConsole

@Suite struct CommandTests {
  @Test func emptyLinesAndCommentsAreNoCommands() throws {
    #expect(try Command(parsing: "") == nil)
    #expect(try Command(parsing: "   \t") == nil)
    #expect(try Command(parsing: "# read * /3") == nil)
  }

  @Test(arguments: [
    ("read * /3303/0", Command.request(.only, Path(3303, 0), .read)),
    ("read * /3303/0 old-tlv", .request(.only, Path(3303, 0), .readAs(.oldTLV))),
    ("observe 1;2 /3303", .request(.endpoint("1;2"), Path(3303), .observe)),
    ("cancel * /3303", .request(.only, Path(3303), .cancelObservation)),
    ("discover * /3303", .request(.only, Path(3303), .discover)),
    ("execute * /3/0/4", .request(.only, Path(3, 0, 4), .execute(arguments: ""))),
    (
      "execute * /3/0/4 \"0='a b'\"",
      .request(.only, Path(3, 0, 4), .execute(arguments: "0='a b'"))
    ),
    (
      "write-attributes * /3303/0 pmin=1&pmax=10",
      .request(.only, Path(3303, 0), .writeAttributes(["pmin=1", "pmax=10"]))
    ),
    (
      "write * /3311/0/5851 42",
      .request(
        .only, Path(3311, 0, 5851), .write(Content(format: .text, bytes: [0x34, 0x32])))
    ),
    (
      "write * /3311/0/5706 \"a b\" opaque",
      .request(
        .only, Path(3311, 0, 5706), .write(Content(format: .opaque, bytes: [97, 32, 98])))
    ),
    (
      "write * /3311/0 5851=42",
      .request(
        .only, Path(3311, 0), .write(Content(format: .tlv, bytes: [0xE1, 0x16, 0xDB, 42])))
    ),
    (
      "write-partial * /3311/0 5851=42",
      .request(
        .only, Path(3311, 0),
        .writePartial(Content(format: .tlv, bytes: [0xE1, 0x16, 0xDB, 42])))
    ),
    ("wait registered", .wait(.registered, Milliseconds(30_000))),
    ("wait observed 5", .wait(.observed, Milliseconds(5000))),
    ("wait notify /3303/0 2", .wait(.notified(Path(3303, 0)), Milliseconds(2000))),
    (
      "create * /3303/5 5750=x",
      .request(
        .only, Path(3303),
        .create(Content(format: .tlv, bytes: [0x04, 0x05, 0xE1, 0x16, 0x76, 0x78])))
    ),
    (
      "create * /3303 5750=x",
      .request(
        .only, Path(3303), .create(Content(format: .tlv, bytes: [0xE1, 0x16, 0x76, 0x78])))
    ),
    ("delete * /3303/5", .request(.only, Path(3303, 5), .delete)),
    ("forget *", .forget(.only)), ("restart", .restart),
    ("silent 5", .silent(nil, Milliseconds(5000))),
    ("outage 5", .outage(Milliseconds(5000), .lost)),
    ("outage 5 kept", .outage(Milliseconds(5000), .kept)),
    (
      "write-large * /5/0/0 size=4096",
      .writeLarge(.only, Path(5, 0, 0), .pattern(bytes: 4096, seed: 1), .opaque)
    ),
    (
      "write-large 1;2 /5/0/0 size=4096,7 tlv",
      .writeLarge(.endpoint("1;2"), Path(5, 0, 0), .pattern(bytes: 4096, seed: 7), .tlv)
    ),
    (
      "write-large * /5/0/0 file=a.bin text",
      .writeLarge(.only, Path(5, 0, 0), .file("a.bin"), .text)
    ),
    ("silent 1 access", .silent(.access, Milliseconds(1000))),
    ("bootstrap * delete /", .bootstrap(.only, .delete(Path()))),
    (
      "bootstrap 1;2 write /0/0 0=$uri",
      .bootstrap(.endpoint("1;2"), .write(Path(0, 0), "0=$uri", .tlv))
    ),
    ("bootstrap * finish", .bootstrap(.only, .finish)),
    ("account 1;2 coap://h", .account("1;2", uri: "coap://h")),
    ("orders onenet-tlv", .orders(.onenetTLV)),
    ("mistake half", .mistake(.half, times: nil)),
    ("mistake reset 3", .mistake(.reset, times: 3)),
    ("block-mistake gap", .blockMistake(.gap, times: nil)),
    ("block-mistake too-large 2", .blockMistake(.tooLarge, times: 2)),
    ("block-mistake none", .blockMistake(nil, times: nil)),
    ("mistake none", .mistake(nil, times: nil)),
    ("wait bootstrapped 5", .wait(.bootstrapped, Milliseconds(5000))),
    ("wait bootstrap-request", .wait(.bootstrapRequested, Milliseconds(30_000))),
    ("say \"a b\"", .say("a b")),
    ("sleep 250", .sleep(Milliseconds(250))), ("values *", .values(.only)),
    ("devices", .devices), ("help", .help), ("quit", .quit),
  ])
  func eachCommandIsRead(line: String, command: Command) throws {
    #expect(try Command(parsing: line) == command)
  }

  @Test(arguments: [
    ("read", "endpoint missing"), ("read *", "path missing"),
    ("read * x", "\"x\" is no path such as /3303/0/5700"),
    ("read * /3 more", "no format is called \"more\""),
    ("observe * /3 more", "\"more\" is too much"), ("write * /3311/0/5851", "value missing"),
    ("write * /3311/0/5851 1 json", "no format is called \"json\""),
    ("write * /3311 1", "an object cannot be written"),
    ("write * /3311/0 5851", "\"5851\" is not ID=VALUE"),
    ("write-partial * /3311/0/5851 1", "only an instance is written partially"),
    ("execute * /3/0", "only a resource is executed"),
    ("wait", "what to wait for missing"), ("wait x", "nothing to wait for is called \"x\""),
    ("create * /3303/0/5700 1", "only an instance is created"),
    ("bootstrap *", "order missing"), ("bootstrap * fly", "no order is called \"fly\""),
    ("bootstrap * finish 1", "\"1\" is too much"),
    ("bootstrap * write /0/0/1 x tlv", "the value is no boolean"),
    ("orders x", "no list of orders is called \"x\""), ("account 1", "URI missing"),
    ("mistake x", "no mistake is called \"x\""), ("mistake half x", "\"x\" is no number of times"),
    ("block-mistake x", "no mistake with blocks is called \"x\""),
    ("block-mistake gap x", "\"x\" is no number of times"),
    ("silent x", "\"x\" is no number of seconds"),
    ("silent 1 x", "no server is called \"x\""),
    ("outage x", "\"x\" is no number of seconds"),
    ("outage 1 x", "what is known is kept or lost, not \"x\""),
    ("write-large * /5/0 size=1", "only a resource is written so"),
    ("write-large * /5/0/0", "size= or file= missing"),
    ("write-large * /5/0/0 4096", "\"4096\" is not size= or file="),
    ("write-large * /5/0/0 bytes=1", "\"bytes=1\" is not size= or file="),
    ("write-large * /5/0/0 size=0", "\"size=0\" is not size=BYTES or size=BYTES,SEED"),
    ("write-large * /5/0/0 size=1,", "\"size=1,\" is not size=BYTES or size=BYTES,SEED"),
    ("write-large * /5/0/0 size=1,2,3", "\"size=1,2,3\" is not size=BYTES or size=BYTES,SEED"),
    ("write-large * /5/0/0 size=1 hex", "no format is called \"hex\""),
    ("say", "text missing"),
    ("sleep x", "\"x\" is no number of milliseconds"), ("devices x", "\"x\" is too much"),
  ])
  func aWrongCommandSaysWhatIsWrongAndItsUsage(line: String, cause: String) throws {
    let error = try #require(throws: CommandError.self) { try Command(parsing: line) }
    #expect(error.message.hasPrefix(cause + "; usage: "))
  }

  @Test func anUnknownCommandPointsToTheList() throws {
    let error = try #require(throws: CommandError.self) { try Command(parsing: "fly *") }
    #expect(error.message == "no command is called \"fly\"; `help` lists the commands")
  }

  @Test func aQuoteThatIsNotClosedIsRefused() {
    #expect(throws: CommandError("a quote is not closed")) {
      try Command(parsing: "write * /3/0/14 \"a")
    }
  }
}
