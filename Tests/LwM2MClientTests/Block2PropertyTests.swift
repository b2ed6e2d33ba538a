import CoAPWire
import Fixtures
import LwM2MModel
import NBIoTBytes
import Simulation
import Testing

@testable import LwM2MClient

/// A device by chance, to be read in pieces by chance. Its object list fits one Register.
private struct Model {
  let givens: [Given]
  let paths: [(String, [Datagram.Field])]

  init(_ chance: inout SeededGenerator) {
    var givens: [Given] = []
    var paths: [(String, [Datagram.Field])] = []
    for object in 0..<Int.random(in: 1...3, using: &chance) {
      let id = UInt16([3300, 7, 65_000][object])
      for instance in 0..<Int.random(in: 1...9, using: &chance) {
        let place = UInt16(instance * [1, 300][Int.random(in: 0...1, using: &chance)])
        guard !givens.contains(where: { $0.path.object == id && $0.path.instance == place })
        else { continue }
        for resource in 0..<Int.random(in: 1...4, using: &chance) {
          givens.append(Model.given(Path(id, place, UInt16(resource * 200)), &chance))
        }
        paths.append(("/\(id)/\(place)/0", []))
        paths.append(("/\(id)/\(place)", [.accept(11542)]))
      }
      paths += [("/\(id)", []), ("/\(id)", [.accept(40)]), ("/\(id)", [.accept(1542)])]
    }
    self.givens = givens
    self.paths = paths.shuffled(using: &chance)
  }

  private static func given(_ path: Path, _ chance: inout SeededGenerator) -> Given {
    let length = Int.random(in: 0...8, using: &chance) == 0 ? 3000 : 40
    let bytes = chance.bytes(Int.random(in: 0...length, using: &chance))
    let digits = bytes.flatMap { Array("\($0 % 10)\($0 / 26)".utf8.prefix(2)) }
    switch Int.random(in: 0...6, using: &chance) {
    case 0: return .one(path, .integer, .integer(Int64(bitPattern: chance.next())))
    case 1: return .one(path, .float, .float(Double.random(in: -1e9...1e9, using: &chance)))
    case 2: return .one(path, .opaque, .bytes(bytes))
    case 3: return .one(path, .hexString, .bytes(digits))
    case 4:
      let many = (0..<Int.random(in: 0...30, using: &chance)).map {
        (UInt16($0 * 20), Cabinet.Content.bytes(chance.bytes($0 * 3)))
      }
      return .many(path, .opaque, many)
    case 5: return .many(path, .float, (0..<5).map { ($0, .float(Double($0) / 3)) })
    default: return .one(path, .string, .bytes(bytes))
    }
  }

  func attach(to device: ServedDevice, _ chance: inout SeededGenerator) {
    for given in givens.shuffled(using: &chance).prefix(6) where given.type.isNumeric {
      let path = "/\(given.path.object)/\(given.path.instance)/\(given.path.resource)"
      let number = Double.random(in: -1...1, using: &chance)
      _ = device.attributes(path, "pmin=\(chance.next() % 1000)", "st=\(abs(number) + 1e-9)")
    }
  }
}

@Suite struct Block2PropertyTests {
  @Test(
    "4.1 RFC 7959 2.2: blocks of any size put together are the whole body",
    arguments: UInt64(0)..<60)
  func together(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let model = Model(&chance)
    let device = ServedDevice(model.givens, duplicates: 64)
    model.attach(to: device, &chance)
    for (path, options) in model.paths.prefix(12) {
      device.bufferSize = Int.random(in: 64...1200, using: &chance)
      let whole = device.encoded(path, options)
      #expect(pieces(device, path, options, whole.count, &chance) == whole, "\(path) \(options)")
    }
    #expect(device.statistics[.sendBuffer].refused == 0)
  }

  /// Asks for piece after piece, each in a size of its own and now and then for another one again.
  private func pieces(
    _ device: ServedDevice, _ path: String, _ options: [Datagram.Field], _ total: Int,
    _ chance: inout SeededGenerator
  ) -> [UInt8] {
    let limit = min(device.bufferSize, 1152)
    var body: [UInt8] = []
    var tags: Set<[UInt8]> = []
    var exponent = Int.random(in: 0...6, using: &chance)
    var hasMore = true
    while hasMore, body.count <= total {
      while body.count % (16 << exponent) != 0 { exponent -= 1 }
      let number = body.count >> (4 + exponent)
      let token = chance.bytes(Int.random(in: 0...8, using: &chance))
      let answer = device.get(path, options + [.block2(number, exponent)], token: token)
      guard answer.code == .content, let block = answer.block2, let tag = answer.eTag else {
        Issue.record("\(answer)")
        return body
      }
      tags.insert(tag)
      #expect(block[0] << (4 + block[2]) == body.count)
      #expect(block[2] <= exponent)
      #expect(answer.bytes.count <= limit)
      // A larger block would not have fitted: the room is reckoned with the longest options.
      let next = min(32 << block[2], total - body.count)
      if block[2] < exponent { #expect(next + 26 + token.count > limit) }
      body += answer.payload
      hasMore = block[1] == 1
      #expect(hasMore == (body.count < total))
      if hasMore { #expect(answer.payload.count == 16 << block[2]) }
      exponent = Int.random(in: 0...6, using: &chance)
    }
    #expect(tags.count == 1)
    return body
  }
}

extension ServedDevice {
  /// The body of the answer to this GET, encoded in one go.
  fileprivate func encoded(_ path: String, _ options: [Datagram.Field]) -> [UInt8] {
    get(path, options)
    var bytes = [UInt8](repeating: 0, count: 400_000)
    var length = 0
    withEngine { engine in
      var writer = ByteWriter(bytes.mutableSpan)
      if options == [.accept(40)] {
        engine.writeLinks(engine.reply.selection, to: &writer)
      } else {
        #expect(engine.write(engine.reply.selection, to: &writer) == true)
      }
      length = writer.position
    }
    return Array(bytes.prefix(length))
  }
}
