import CoAPWire
import LwM2MModel
import NBIoTBytes
import Testing

@testable import PlatformAccess

/// A Write whose body is longer than a block.
@Suite struct BlockwiseUploadTests {
  private static let path = Path(3311, 0, 5706)

  /// A prepared device and the first request of a Write of `count` bytes.
  private func writing(
    _ count: Int, size: Int = 512, limit: UInt32 = 25
  ) throws -> (Bench, Message) {
    var configuration = Configuration()
    configuration.blocks.sent = try #require(BlockSizes.exponent(of: size))
    configuration.requestLimit = .seconds(limit)
    var bench = Bench(configuration)
    _ = bench.prepare()
    bench.events = []
    _ = bench.server.submit(
      .write(Content(format: .opaque, bytes: Bench.body(count))), path: BlockwiseUploadTests.path,
      to: Bench.endpoint, now: bench.now)
    let request = try #require(bench.collect().first)
    return (bench, request)
  }

  /// Lets the device take blocks until there are no more; returns the requests and their payloads.
  private func finish(
    _ bench: inout Bench, _ first: Message, last: Code = .changed
  ) -> (requests: [String], body: [UInt8]) {
    var requests: [String] = []
    var body: [UInt8] = []
    var pending: [Message] = [first]
    while let request = pending.popLast() {
      requests.append(request.blockSummary)
      body += request.payload
      let isLast = request.block(.block1)?.hasMore != true
      pending = bench.answerUpload(request, isLast ? last : .continue)
    }
    return (requests, body)
  }

  @Test("RFC 7959 2.5: a body of more than a block goes in blocks, Size1 with the first")
  func inBlocks() throws {
    var (bench, first) = try writing(1300)
    #expect(first.contentFormat == .opaque)
    let (requests, body) = finish(&bench, first)
    #expect(
      requests == [
        "3 /3311/0/5706 0/more/512 size 1300", "3 /3311/0/5706 1/more/512",
        "3 /3311/0/5706 2/last/512",
      ])
    #expect(body == Bench.body(1300))
    #expect(bench.lastResponse?.code == .changed)
    #expect(bench.progress == ["512/1300 by 512", "1024/1300 by 512"])
  }

  @Test("RFC 7959 2.5: a body of just one block goes without blocks")
  func oneBlock() throws {
    let (_, first) = try writing(512)
    #expect(first.unsigned(.block1) == nil)
    #expect(first.unsigned(.size1) == nil)
    #expect(first.payload.count == 512)
  }

  @Test("RFC 7959 2.5: 4,096 bytes are eight blocks, and each quarter is told")
  func fourKilobytes() throws {
    var (bench, first) = try writing(4096)
    let (requests, body) = finish(&bench, first)
    #expect(requests.count == 8)
    #expect(body == Bench.body(4096))
    #expect(
      bench.progress == ["1024/4096 by 512", "2048/4096 by 512", "3072/4096 by 512"])
    let asked = bench.events.filter { if case .requested = $0 { true } else { false } }
    #expect(asked.count == 1)
  }

  @Test("RFC 7959 2.3: a smaller size in 2.31 holds from the next block on, NUM counts in it")
  func smaller() throws {
    var (bench, first) = try writing(700)
    let second = try #require(
      bench.answerUpload(
        first, .continue, block: Bench.block(0, hasMore: true, size: 128)
      ).first)
    #expect(second.blockSummary == "3 /3311/0/5706 4/more/128")
    let (requests, body) = finish(&bench, second)
    #expect(requests == ["3 /3311/0/5706 4/more/128", "3 /3311/0/5706 5/last/128"])
    #expect(first.payload + body == Bench.body(700))
    #expect(bench.progress.first == "512/700 by 128 smaller")
  }

  @Test("RFC 7959 2.9.3: 4.13 with a smaller size begins anew with it")
  func tooLargeBlocks() throws {
    var (bench, first) = try writing(700)
    let second = try #require(
      bench.answerUpload(
        first, .requestEntityTooLarge, block: Bench.block(0, hasMore: true, size: 256)
      ).first)
    #expect(second.blockSummary == "3 /3311/0/5706 0/more/256 size 700")
    #expect(finish(&bench, second).body == Bench.body(700))
    #expect(bench.lastResponse?.code == .changed)
  }

  @Test("RFC 7959 2.9.3: 4.13 without a smaller size is the answer")
  func tooLarge() throws {
    var (bench, first) = try writing(700)
    #expect(bench.answerUpload(first, .requestEntityTooLarge).isEmpty)
    #expect(bench.lastResponse?.code == .requestEntityTooLarge)
  }

  @Test("RFC 7959 2.9.2: after 4.08 the body goes once from its beginning, then no more")
  func incomplete() throws {
    var (bench, first) = try writing(1300)
    let second = try #require(bench.answerUpload(first, .continue).first)
    let again = try #require(bench.answerUpload(second, .requestEntityIncomplete).first)
    #expect(again.blockSummary == "3 /3311/0/5706 0/more/512 size 1300")
    #expect(bench.progress.last == "0/1300 by 512 incomplete")
    #expect(bench.answerUpload(again, .requestEntityIncomplete).isEmpty)
    #expect(bench.lastResponse?.code == .requestEntityIncomplete)
  }

  @Test(
    "RFC 7959 2.3: an error in the middle is the answer", arguments: [Code.notFound, .forbidden])
  func refused(code: Code) throws {
    var (bench, first) = try writing(1300)
    let second = try #require(bench.answerUpload(first, .continue).first)
    #expect(bench.answerUpload(second, code).isEmpty)
    #expect(bench.lastResponse?.code == code)
  }

  @Test("RFC 7959 2.3: 2.04 before the last block, or 2.31 behind it, is no answer to the whole")
  func wrongOrder() throws {
    var (bench, first) = try writing(1300)
    #expect(bench.answerUpload(first, .changed).isEmpty)
    #expect(
      bench.lastFailure == .blocks(reason: "2.04 Changed came before the last block"))
    var (other, begun) = try writing(700)
    let last = try #require(other.answerUpload(begun, .continue).first)
    #expect(other.answerUpload(last, .continue).isEmpty)
    #expect(other.lastFailure == .blocks(reason: "2.31 came for the last block"))
  }

  @Test("RFC 7959 2.3: 2.31 for another block ends the transfer")
  func wrongBlock() throws {
    var (bench, first) = try writing(1300)
    _ = bench.answerUpload(first, .continue, block: Bench.block(1, hasMore: true, size: 512))
    #expect(bench.lastFailure == .blocks(reason: "2.31 came for block 1, not 0"))
  }

  @Test("RFC 7252 4.2: a block without an answer is sent again, and has a limit of its own")
  func silence() throws {
    var (bench, first) = try writing(1300)
    let second = try #require(bench.answerUpload(first, .continue).first)
    #expect(bench.passToDeadline() == [second])
    let third = try #require(bench.answerUpload(second, .continue).first)
    #expect(bench.pass(24_999) == [third])
    #expect(bench.pass(1).isEmpty)
    #expect(bench.lastFailure == .timeout(transmissions: 2))
  }

  @Test("RFC 7252 4.7: what is asked in between waits for the last block")
  func nothingBetween() throws {
    var (bench, first) = try writing(1300)
    _ = bench.server.submit(.read, path: Path(3303, 0), to: Bench.endpoint, now: bench.now)
    #expect(bench.collect().isEmpty)
    let (requests, _) = finish(&bench, first)
    #expect(requests.last == "Read /3303/0")
    #expect(requests.count == 4)
  }

  @Test("RFC 7959 2.5: a Create and the arguments of an Execute go in blocks as well")
  func otherOperations() {
    var sizes = BlockSizes()
    sizes.sent = 0
    let create = Operation.create(Content(format: .tlv, bytes: Bench.body(40)))
    let execute = Operation.execute(arguments: String(repeating: "7", count: 40))
    for operation in [create, execute] {
      var message = operation.message(path: ["3303"], id: 1, token: Token())
      Transfer(operation, sizes).shape(&message)
      #expect(message.blockSummary.hasSuffix("0/more/16 size 40"))
    }
  }
}
