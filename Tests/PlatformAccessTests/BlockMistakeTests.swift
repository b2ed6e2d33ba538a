import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

/// Blocks that go wrong on purpose.
@Suite struct BlockMistakeTests {
  private static let path = Path(5, 0, 0)

  /// The requests of a Write of 300 bytes in blocks of 64 to a device that takes whatever comes.
  private func write(
    _ mistake: BlockMistake, _ codes: [Code] = []
  ) throws -> (Bench, [Message]) {
    var configuration = Configuration()
    configuration.blocks.sent = 2
    var bench = Bench(configuration)
    _ = bench.prepare()
    bench.events = []
    bench.server.blockMistakes.set(mistake, times: 1)
    let requests = submit(&bench, codes)
    return (bench, requests)
  }

  private func submit(_ bench: inout Bench, _ codes: [Code] = []) -> [Message] {
    _ = bench.server.submit(
      .write(Content(format: .opaque, bytes: Bench.body(300))), path: BlockMistakeTests.path,
      to: Bench.endpoint, now: bench.now)
    var requests: [Message] = []
    var pending = bench.collect()
    while let request = pending.popLast() {
      requests.append(request)
      let usual: Code = request.block(.block1)?.hasMore == true ? .continue : .changed
      let code = requests.count <= codes.count ? codes[requests.count - 1] : usual
      // A device that takes everything repeats whatever NUM was meant.
      pending = bench.answerUpload(request, code)
    }
    return requests
  }

  private func blocks(_ requests: [Message]) -> [String] {
    requests.map { String($0.blockSummary.dropFirst("3 /5/0/0 ".count)) }
  }

  @Test("gap: the second block is left out; after 4.08 everything goes once, and right")
  func gap() throws {
    let (bench, requests) = try write(.gap, [.continue, .requestEntityIncomplete])
    #expect(
      blocks(requests) == [
        "0/more/64 size 300", "2/more/64", "0/more/64 size 300", "1/more/64", "2/more/64",
        "3/more/64", "4/last/64",
      ])
    #expect(bench.lastResponse?.code == .changed)
    #expect(bench.events.contains(.blundered(endpoint: Bench.endpoint, .gap)))
  }

  @Test("repeat: the first block comes twice, under another message ID and token")
  func repeated() throws {
    let (_, requests) = try write(.repeat)
    #expect(
      blocks(requests).prefix(3) == ["0/more/64 size 300", "0/more/64 size 300", "1/more/64"])
    #expect(requests[0].id != requests[1].id)
    #expect(requests[0].token != requests[1].token)
  }

  @Test("smaller: the blocks have half the size from the second one on, and nothing is lost")
  func smaller() throws {
    let (_, requests) = try write(.smaller)
    #expect(blocks(requests).prefix(3) == ["0/more/64 size 300", "2/more/32", "3/more/32"])
    #expect(requests.flatMap(\.payload) == Bench.body(300))
  }

  @Test("other-format: the second block is of a format nobody knows")
  func otherFormat() throws {
    let (bench, requests) = try write(.otherFormat, [.continue, .unsupportedContentFormat])
    #expect(requests.map { $0.unsigned(.contentFormat) } == [42, 65535])
    #expect(bench.lastResponse?.code == .unsupportedContentFormat)
  }

  @Test("short: the second block lacks a byte")
  func short() throws {
    let (bench, requests) = try write(.short, [.continue, .badRequest])
    #expect(requests.map(\.payload.count) == [64, 63])
    #expect(bench.lastResponse?.code == .badRequest)
  }

  @Test("reserved: the second block has the reserved size")
  func reserved() throws {
    let (_, requests) = try write(.reserved, [.continue, .badRequest])
    #expect(requests.map { ($0.unsigned(.block1) ?? 0) & 7 } == [2, 7])
  }

  @Test("abandon: the Write ends after its first block, and the next one is right")
  func abandon() throws {
    var (bench, requests) = try write(.abandon)
    #expect(blocks(requests) == ["0/more/64 size 300"])
    #expect(bench.lastFailure == .blocks(reason: "the rest of the body is not sent"))
    #expect(submit(&bench).flatMap(\.payload) == Bench.body(300))
  }

  @Test("A mistake is made as often as was said, and not with a body in one piece")
  func times() throws {
    var (bench, _) = try write(.abandon)
    #expect(bench.server.blockMistakes.mistake == nil)
    bench.server.blockMistakes.set(.abandon, times: 1)
    _ = bench.server.submit(
      .write(Content(format: .text, bytes: [0x31])), path: BlockMistakeTests.path,
      to: Bench.endpoint, now: bench.now)
    _ = bench.collect()
    #expect(bench.server.blockMistakes.left == 1)
  }

  @Test("too-large: the first block of a Register is answered 4.13 with half its size, once")
  func tooLarge() {
    var bench = Bench()
    bench.server.blockMistakes.set(.tooLarge, times: 1)
    let objects = Bench.longObjects(220)
    let block = [UInt8](objects.utf8.prefix(128))
    let first = bench.registerBlock(block, 0, hasMore: true, size: 128)
    #expect(
      bench.give(first).map(\.blockSummary) == ["4.13 Request Entity Too Large 0/last/64"])
    #expect(bench.registerInBlocks(objects, size: 64).last == "2.01 Created 3/last/64")
  }

  @Test("incomplete: the second block of a Register is answered 4.08, once")
  func incomplete() {
    var bench = Bench()
    bench.server.blockMistakes.set(.incomplete, times: 1)
    let block = [UInt8](Bench.longObjects(220).utf8.prefix(64))
    _ = bench.give(bench.registerBlock(block, 0, hasMore: true))
    #expect(
      bench.give(bench.registerBlock(block, 1, hasMore: true)).map(\.code)
        == [.requestEntityIncomplete])
    #expect(
      bench.registerInBlocks(Bench.longObjects(220), size: 64).last == "2.01 Created 3/last/64")
  }

  @Test("lost-continue: the 2.31 to the first block is lost, its duplicate gets it")
  func lostContinue() {
    var bench = Bench()
    bench.server.blockMistakes.set(.lostContinue, times: 1)
    let block = [UInt8](Bench.longObjects(220).utf8.prefix(64))
    let first = bench.registerBlock(block, 0, hasMore: true)
    #expect(bench.give(first).isEmpty)
    #expect(bench.give(first).map(\.code) == [.continue])
  }
}
