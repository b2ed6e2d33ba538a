import CoAPWire
import LwM2MModel
import Simulation

/// Block1 of an answer: NUM, M and the size of blocks.
func block1(_ number: Int, _ more: Int, _ size: Int) -> Datagram.Field {
  .number(.block1, number << 4 | more << 3 | (size.trailingZeroBitCount - 4))
}

/// The object list of a device with these instances of /3303, as text.
func instanceList(_ instances: some Sequence<Int>) -> String {
  (["</>;rt=\"oma.lwm2m\"", "</1/0>", "</3/0>"] + instances.map { "</3303/\($0)>" })
    .joined(separator: ",")
}

/// A device with `count` instances of /3303 more than its first, and a send buffer of `bufferSize` bytes.
func listDevice(
  _ count: Int = 20, bufferSize: Int = 128, endpoint: String = "dev"
) -> World {
  let world = World(endpoint: endpoint, resources: 600)
  world.bufferSize = bufferSize
  for instance in 1...count {
    world.add(Path(3303, UInt16(instance), 5700), .float, .float(1))
  }
  return world
}

extension World {
  /// Answers block after block until the last has left, which it does not answer.
  func takeBlocks() {
    while let value = sent.last?.unsigned(.block1), value & 8 != 0 {
      answer(.continue, [.number(.block1, value)])
    }
  }

  /// What a server puts together of the blocks that were sent since the last block 0.
  var body: String {
    let blocks = sent.filter { $0.option(.block1) != nil && $0.code == .post }
    let start = blocks.lastIndex { $0.unsigned(.block1)! >> 4 == 0 } ?? 0
    return blocks[start...].map(\.text).joined()
  }
}
