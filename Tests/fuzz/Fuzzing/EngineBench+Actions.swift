import CoAPWire
import LwM2MClient
import LwM2MModel
import Simulation

/// The actions of a program.
extension EngineBench {
  private static let times: [UInt64] = [
    0, 1, 50, 500, 2000, 5000, 20_000, 93_000, 250_000, 3_600_000, 86_400_000,
  ]

  /// Runs a program; what it reached.
  static func run(_ program: EngineProgram) throws(Finding) -> Set<EngineState> {
    let bench = EngineBench(EngineDevice(program.parts.first ?? []))
    try bench.begin()
    for part in program.parts.dropFirst() {
      var arguments = ActionArguments(part)
      let action = EngineAction(arguments.byte())
      try bench.perform(action, &arguments)
      try bench.settle()
    }
    return bench.laws.states
  }

  private func begin() throws(Finding) {
    try settle()
    guard device.beginning < 3 else { return }
    engine.register()
    try pass(1000)
    guard device.beginning > 0 else { return }
    let options: [Datagram.Field] = [.observe(0)]
    for path in ["/3303/0/5700", "/1000/0"].prefix(device.beginning) {
      try deliver(
        Datagram(
          .confirmable, .get, id: speech.freshID(), token: [0xA0],
          options: Datagram.Field.path(path) + options
        ).bytes)
    }
  }

  private func perform(_ action: EngineAction, _ arguments: inout ActionArguments) throws(Finding) {
    switch action {
    case .request: try hear(speech.request(&arguments))
    case .answer:
      let asked = sent.last { $0.type == .confirmable }
      if let asked { try hear(speech.answer(to: asked, &arguments)) }
    case .settle: try settleMessage(&arguments)
    case .upload: try hear(speech.nextUpload(&arguments))
    case .download: try hear(speech.nextDownload(&arguments))
    case .order: try hear(speech.order(&arguments))
    case .time: try pass(arguments.pick(EngineBench.times) + UInt64(arguments.word()))
    case .again: try hear(speech.damaged(said, &arguments))
    case .raw: try hear(arguments.bytes(arguments.count))
    case .head: hearHead(speech.request(&arguments))
    case .network: changeNetwork(&arguments)
    case .manners: server.manners = arguments.byte()
    case .verdicts: application.decide(arguments.bytes(8))
    case .notify, .change, .resources, .command, .respond, .powerCut: act(action, &arguments)
    }
  }

  /// What the application does.
  private func act(_ action: EngineAction, _ arguments: inout ActionArguments) {
    switch action {
    case .notify: notify(&arguments)
    case .change: change(&arguments)
    case .resources: changeResources(&arguments)
    case .command: command(&arguments)
    case .respond: respond(&arguments)
    default: restart()
    }
  }

  // MARK: The server

  /// A datagram that may be said again.
  private func hear(_ bytes: [UInt8]) throws(Finding) {
    said = bytes
    try deliver(bytes)
  }

  private func hearHead(_ bytes: [UInt8]) {
    laws.received(bytes, now: now)
    engine.refuseTruncated(bytes.span, from: linked, now: instant)
  }

  private func settleMessage(_ arguments: inout ActionArguments) throws(Finding) {
    let choice = arguments.byte()
    let back = Int(choice >> 1 & 7)
    guard back < sent.count else { return }
    let message = sent[sent.count - 1 - back]
    try deliver(Datagram(choice & 1 == 0 ? .acknowledgement : .reset, .empty, id: message.id).bytes)
  }

  private func changeNetwork(_ arguments: inout ActionArguments) {
    switch arguments.below(4) {
    case 0: server.lost = arguments.below(16)
    case 1: obstacle = arguments.pick([nil, .unresolved, .socket])
    case 2: engine.linkLost(now: instant)
    default: _ = engine.rebind()
    }
  }

  // MARK: The application

  private func resource(_ arguments: inout ActionArguments) -> Int {
    arguments.below(EngineResource.all.count)
  }

  private func notify(_ arguments: inout ActionArguments) {
    let path = EngineResource.all[resource(&arguments)].path
    let identifier = UInt16(arguments.below(8))
    try? engine.notify(path, acknowledgementID: identifier, now: instant)
  }

  private func change(_ arguments: inout ActionArguments) {
    let index = resource(&arguments)
    let slot = UInt16(index)
    guard engine.resource(at: EngineResource.all[index].path) != nil else { return }
    let value = arguments.byte()
    switch EngineResource.all[index].type {
    case .integer:
      engine.store.set(.integer(Int64(Int8(bitPattern: value)) << Int64(value & 31)), in: slot)
    case .float: engine.store.set(.float(value == 255 ? .nan : Double(value) / 3), in: slot)
    case .boolean: engine.store.set(.boolean(value & 1 == 1), in: slot)
    default:
      engine.store.set(
        .bytes(EngineSpeech.pattern(0, Int(value)).map { $0 & 0x7F | 0x20 }), in: slot)
    }
    engine.changed(EngineResource.all[index].path, now: instant)
  }

  private func changeResources(_ arguments: inout ActionArguments) {
    let index = resource(&arguments)
    if !add(index) { _ = try? engine.remove(EngineResource.all[index].path) }
  }

  private func command(_ arguments: inout ActionArguments) {
    switch arguments.below(5) {
    case 0: engine.register()
    case 1: _ = engine.deregister()
    case 2:
      guard engine.isRegistered else { return }
      engine.update(
        lifetime: arguments.pick([nil, 15, 60, 0x0FFF_FFFF]), withObjects: arguments.byte() & 1 == 1
      )
    case 3: engine.abandon()
    default: engine.register()
    }
  }

  private func respond(_ arguments: inout ActionArguments) {
    let back = arguments.below(3)
    guard back < application.handles.count else { return }
    let handle = application.handles[application.handles.count - 1 - back]
    _ = engine.respond(
      to: handle, code: arguments.pick([nil, .forbidden, .serviceUnavailable]), now: instant)
  }
}
