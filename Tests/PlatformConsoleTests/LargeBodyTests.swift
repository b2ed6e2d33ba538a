import CoAPWire
import LwM2MModel
import PlatformAccess
import Testing

@testable import PlatformConsole

@Suite struct LargeBodyTests {
  @Test("CRC-32: the check value of the nine digits is cbf43926")
  func checkValue() {
    #expect([UInt8]("123456789".utf8).crc32Text == "cbf43926")
    #expect([UInt8]().crc32Text == "00000000")
  }

  @Test("A pattern depends on its seed alone; as text it is letters")
  func pattern() {
    let bytes = LargeBody.pattern(4096, seed: 1, isText: false)
    #expect(bytes == LargeBody.pattern(4096, seed: 1, isText: false))
    #expect(bytes != LargeBody.pattern(4096, seed: 2, isText: false))
    #expect(Set(bytes).count == 256)
    let text = LargeBody.pattern(100, seed: 1, isText: true)
    #expect(text.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "p")).contains($0) })
  }

  @Test("A long Write is told by its length and CRC, its way in quarters, its end by the answer")
  func lines() {
    var stage = Stage()
    stage.register()
    stage.lines = []
    stage.run("write-large * /5/0/0 size=4096")
    let crc = LargeBody.pattern(4096, seed: 1, isText: false).crc32Text
    #expect(
      stage.lines == [
        "   0.000  -- Command           write-large * /5/0/0 size=4096",
        "   0.000  -> Write             /5/0/0  opaque  Package = 4096 bytes, CRC-32 \(crc)",
        "   0.000  -> Blocks            Write /5/0/0  1024 of 4096 bytes, 512 each",
        "   0.000  -> Blocks            Write /5/0/0  2048 of 4096 bytes, 512 each",
        "   0.000  -> Blocks            Write /5/0/0  3072 of 4096 bytes, 512 each",
        "   0.000  <- 2.04 Changed      Write /5/0/0  (0 ms)",
      ])
    #expect(stage.console.failures == 0)
  }

  @Test("The bytes of a file are written as they are, one that cannot be read is a failure")
  func file() {
    var stage = Stage()
    stage.register()
    stage.run("write-large * /9999/0/0 file=nine text", "write-large * /5/0/0 file=none")
    #expect(stage.failures == ["write-large * /5/0/0 file=none: cannot read none"])
    #expect(stage.lines.contains { $0.hasSuffix("Write             /9999/0/0  text  123456789") })
  }

  @Test("A long value in TLV is the opaque value of its resource")
  func tlv() throws {
    let body = LargeBody.file("nine")
    let content = try body.content(.tlv, at: Path(5, 0, 0)) { _ in [UInt8]("123456789".utf8) }
    #expect(content.bytes == [0xC8, 0x00, 0x09] + [UInt8]("123456789".utf8))
  }

  @Test("A mistake is told before the request it is made with")
  func mistake() {
    var stage = Stage()
    stage.register()
    stage.lines = []
    stage.run("block-mistake abandon 1", "write-large * /5/0/0 size=1024")
    #expect(
      stage.lines.contains(
        "   0.000  -- Mistake           abandon: a Write ends after its first block"))
    #expect(
      stage.failures == ["write-large * /5/0/0 size=1024: the rest of the body is not sent"])
  }

  @Test("A transfer is one JSON object with keys in a fixed order")
  func json() {
    var stage = Stage(json: true)
    stage.register()
    stage.lines = []
    stage.run("write-large * /5/0/0 size=1024,3")
    #expect(
      stage.lines.contains(
        #"{"ms":0,"event":"transfer","endpoint":"86;46","direction":"to-device","#
          + #""operation":"Write","path":"/5/0/0","request":4,"bytes":512,"total":1024,"#
          + #""block":512,"turn":null}"#))
  }

  @Test(
    "Turns of a transfer are told in words",
    arguments: [
      (BlockProgress.Turn.smaller, "512 of 700 bytes, from here on 64 each"),
      (.incomplete, "the device lacks a block: once more from the beginning, 64 each"),
      (.changed, "the value has changed: once more from the beginning, 64 each"),
    ])
  func turns(turn: BlockProgress.Turn, text: String) {
    let progress = BlockProgress(bytes: 512, total: 700, blockSize: 64, turn: turn)
    #expect(progress.text == text)
    let begun = BlockProgress(bytes: 0, total: 700, blockSize: 64, turn: .smaller)
    #expect(begun.text == "too large for the device: once more from the beginning, 64 each")
  }

  @Test("Long values and lists are abridged")
  func abridged() {
    let long = ReportedValue.Content.opaque([UInt8](repeating: 0, count: 129))
    #expect(long.text == "129 bytes, CRC-32 \([UInt8](repeating: 0, count: 129).crc32Text)")
    let text = ReportedValue.Content.text(String(repeating: "x", count: 129))
    #expect(text.text.hasPrefix("129 bytes, CRC-32 "))
    let paths = (0..<30).map { Path(3303, $0) }
    #expect(paths.linkText.hasSuffix("</3303/19>,... (30 in all)"))
  }
}
