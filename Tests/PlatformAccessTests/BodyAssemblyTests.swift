import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

/// Register and Update whose object list comes in blocks.
@Suite struct BodyAssemblyTests {
  private static let objects = Bench.longObjects(220)

  @Test("RFC 7959 2.5: each block is answered 2.31, the last one by what the whole brings")
  func inOrder() {
    var bench = Bench()
    let answers = bench.registerInBlocks(BodyAssemblyTests.objects, size: 64)
    #expect(
      answers == [
        "2.31 Continue 0/more/64", "2.31 Continue 1/more/64", "2.31 Continue 2/more/64",
        "2.01 Created 3/last/64",
      ])
    #expect(bench.server.sessions.first?.objects.paths.contains(Path(3303, 10)) == true)
    #expect(bench.server.assemblies.count == 0)
  }

  @Test("RFC 7959 2.5: an Update comes in blocks as a Register does")
  func update() {
    var bench = Bench()
    _ = bench.prepare()
    let bytes = [UInt8](BodyAssemblyTests.objects.utf8)
    var answers: [String] = []
    for (number, range) in [(0, 0..<128), (1, 128..<bytes.count)] {
      var message = bench.request(.post, ["rd", "867725030106226"])
      message.add(.contentFormat, unsigned: 40)
      message.add(
        .block1, unsigned: Bench.block(UInt32(number), hasMore: number == 0, size: 128))
      message.payload = [UInt8](bytes[range])
      answers += bench.give(message).prefix(1).map(\.blockSummary)
    }
    #expect(answers == ["2.31 Continue 0/more/128", "2.04 Changed 1/last/128"])
    #expect(bench.server.sessions.first?.objects.paths.contains(Path(3303, 10)) == true)
  }

  @Test("RFC 7959 2.9.2: a block that does not follow the one before is answered 4.08")
  func gap() {
    var bench = Bench()
    let block = [UInt8](BodyAssemblyTests.objects.utf8.prefix(64))
    #expect(
      bench.give(bench.registerBlock(block, 0, hasMore: true)).map(\.code) == [.continue])
    let answers = bench.give(bench.registerBlock(block, 2, hasMore: true))
    #expect(answers.map(\.code) == [.requestEntityIncomplete])
    // What was there is given up with it.
    #expect(
      bench.give(bench.registerBlock(block, 1, hasMore: true)).map(\.code)
        == [.requestEntityIncomplete])
  }

  @Test("RFC 7959 2.3: M in an answer that is the last one is 0, whatever it is in the request")
  func lastAnswer() {
    var bench = Bench()
    let block = [UInt8](repeating: 0x20, count: 64)
    #expect(
      bench.give(bench.registerBlock(block, 1, hasMore: true)).map(\.blockSummary)
        == ["4.08 Request Entity Incomplete 1/last/64"])
  }

  @Test("RFC 7959 2.9.2: a body that nobody began is answered 4.08")
  func noBeginning() {
    var bench = Bench()
    let block = [UInt8](repeating: 0x20, count: 64)
    #expect(
      bench.give(bench.registerBlock(block, 1, hasMore: false)).map(\.code)
        == [.requestEntityIncomplete])
  }

  @Test("RFC 7959 2.5: block 0 begins the body anew")
  func beginsAnew() {
    var bench = Bench()
    let wrong = [UInt8](repeating: 0x20, count: 64)
    _ = bench.give(bench.registerBlock(wrong, 0, hasMore: true))
    _ = bench.give(bench.registerBlock(wrong, 1, hasMore: true))
    let answers = bench.registerInBlocks(BodyAssemblyTests.objects, size: 64)
    #expect(answers.last == "2.01 Created 3/last/64")
  }

  @Test("RFC 7252 4.5: a duplicate of a block is answered as before and taken once")
  func duplicate() {
    var bench = Bench()
    let bytes = [UInt8](BodyAssemblyTests.objects.utf8)
    let first = bench.registerBlock([UInt8](bytes[..<128]), 0, hasMore: true, size: 128)
    let answer = bench.give(first)
    #expect(bench.give(first) == answer)
    let last = bench.registerBlock([UInt8](bytes[128...]), 1, hasMore: false, size: 128)
    #expect(bench.give(last).first?.code == .created)
  }

  @Test("RFC 7959 2.5: bodies of several devices do not mix")
  func twoDevices() {
    var bench = Bench()
    let bytes = [UInt8](BodyAssemblyTests.objects.utf8)
    let head = [UInt8](bytes[..<128])
    let tail = [UInt8](bytes[128...])
    for endpoint in ["1;1", "2;2"] {
      let block = bench.registerBlock(head, 0, hasMore: true, size: 128, endpoint: endpoint)
      #expect(bench.give(block).map(\.code) == [.continue])
    }
    for endpoint in ["1;1", "2;2"] {
      let block = bench.registerBlock(tail, 1, hasMore: false, size: 128, endpoint: endpoint)
      #expect(bench.give(block).first?.code == .created)
    }
    #expect(bench.server.sessions.map(\.endpoint) == ["1;1", "2;2"])
  }

  @Test("RFC 7959 2.3: the first 2.31 asks for smaller blocks; NUM counts in them from then on")
  func smaller() {
    var configuration = Configuration()
    configuration.blocks.taken = 1
    var bench = Bench(configuration)
    let bytes = [UInt8](BodyAssemblyTests.objects.utf8)
    let first = bench.registerBlock(
      [UInt8](bytes[..<128]), 0, hasMore: true, size: 128, total: bytes.count)
    #expect(bench.give(first).map(\.blockSummary) == ["2.31 Continue 0/more/32"])
    #expect(bench.progress == ["128/\(bytes.count) by 32 smaller"])
    var answers: [String] = []
    for start in stride(from: 128, to: bytes.count, by: 32) {
      let end = min(start + 32, bytes.count)
      let block = bench.registerBlock(
        [UInt8](bytes[start..<end]), UInt32(start / 32), hasMore: end < bytes.count, size: 32)
      answers += bench.give(block).prefix(1).map(\.blockSummary)
    }
    #expect(
      answers == [
        "2.31 Continue 4/more/32", "2.31 Continue 5/more/32", "2.31 Continue 6/more/32",
        "2.01 Created 7/last/32",
      ])
  }

  @Test("RFC 7959 2.9.3: a body longer than the limit is answered 4.13 with the limit in Size1")
  func tooLong() {
    var configuration = Configuration()
    configuration.blocks.limit = 100
    var bench = Bench(configuration)
    let block = [UInt8](repeating: 0x20, count: 64)
    let announced = bench.registerBlock(block, 0, hasMore: true, total: 101)
    #expect(
      bench.give(announced).map(\.blockSummary)
        == ["4.13 Request Entity Too Large 0/last/64 size 100"])
    _ = bench.give(bench.registerBlock(block, 0, hasMore: true))
    #expect(
      bench.give(bench.registerBlock(block, 1, hasMore: false)).map(\.blockSummary)
        == ["4.13 Request Entity Too Large 1/last/64 size 100"])
    #expect(bench.server.assemblies.count == 0)
  }

  @Test("RFC 7959 2.2: the reserved size 7 is a bad request")
  func reservedSize() {
    var bench = Bench()
    var message = bench.request(.post, ["rd"], query: ["ep=a"], payload: "</3303/0>")
    message.add(.block1, unsigned: 7)
    #expect(bench.give(message).map(\.code) == [.badRequest])
  }

  @Test("RFC 7252 5.4.3: a Block1 of four bytes is a bad option")
  func longOption() {
    var bench = Bench()
    var message = bench.request(.post, ["rd"], query: ["ep=a"], payload: "</3303/0>")
    message.add(.block1, [1, 0, 0, 0])
    #expect(bench.give(message).map(\.code) == [.badOption])
  }

  @Test("RFC 7959 2.2: a block that is not of its size is a bad request", arguments: [63, 65])
  func wrongSize(count: Int) {
    var bench = Bench()
    let block = [UInt8](repeating: 0x20, count: count)
    #expect(
      bench.give(bench.registerBlock(block, 0, hasMore: true)).map(\.code) == [.badRequest])
  }

  @Test("RFC 7959 2.2: a body in one block needs no others")
  func single() {
    var bench = Bench()
    let answers = bench.registerInBlocks(Bench.objects, size: 1024)
    #expect(answers == ["2.01 Created 0/last/1024"])
  }

  @Test("RFC 7252 4.8.2: a body whose next block takes longer than 247 s is given up")
  func tooLate() {
    var bench = Bench()
    let block = [UInt8](repeating: 0x20, count: 64)
    _ = bench.give(bench.registerBlock(block, 0, hasMore: true))
    _ = bench.pass(246_999)
    #expect(
      bench.give(bench.registerBlock(block, 1, hasMore: true)).map(\.code) == [.continue])
    _ = bench.pass(247_000)
    #expect(
      bench.give(bench.registerBlock(block, 2, hasMore: true)).map(\.code)
        == [.requestEntityIncomplete])
  }

  @Test("RFC 7252 5.4.1: a restarted server knows of no block")
  func restarted() {
    var bench = Bench()
    let block = [UInt8](repeating: 0x20, count: 64)
    _ = bench.give(bench.registerBlock(block, 0, hasMore: true))
    bench.server.restart()
    #expect(
      bench.give(bench.registerBlock(block, 1, hasMore: true)).map(\.code)
        == [.requestEntityIncomplete])
  }

  @Test("Each quarter of a body is told, whatever the size of the blocks")
  func told() {
    var bench = Bench()
    let bytes = [UInt8](Bench.longObjects(1024).utf8.prefix(1024))
    for number in 0..<15 {
      let block = [UInt8](bytes[number * 64..<number * 64 + 64])
      _ = bench.give(
        bench.registerBlock(block, UInt32(number), hasMore: true, total: 1024))
    }
    // Only the first block has Size1 to say; the others may repeat it.
    #expect(
      bench.progress == ["256/1024 by 64", "512/1024 by 64", "768/1024 by 64"])
  }
}
