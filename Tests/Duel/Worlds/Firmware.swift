import DuelFirmware
import NBModule

/// The MCU's side: C behind functions that take plain values.
@safe final class Firmware {
  /// What a socket of the port gives.
  enum Reception: Equatable {
    case nothing
    case datagram([UInt8], from: Endpoint)
    case truncated
    case broken
  }

  private let pointer: OpaquePointer
  private var room = [UInt8](repeating: 0, count: 4096)

  init?(_ options: duel_options_t) {
    guard let pointer = unsafe duel_firmware_create(options) else { return nil }
    unsafe self.pointer = pointer
  }

  deinit {
    unsafe duel_firmware_destroy(pointer)
  }

  var counters: duel_counters_t { unsafe duel_firmware_counters(pointer) }
  /// The bring-up was done once since the module began.
  var isSetUp: Bool { counters.readies > counters.restarts }

  func setTime(_ milliseconds: UInt32) {
    unsafe duel_firmware_set_time(pointer, milliseconds)
  }

  func feed(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe duel_firmware_feed(pointer, buffer.baseAddress, UInt32(buffer.count))
    }
  }

  /// Milliseconds until it wants to be called again; `nil`: only with characters.
  func step() -> UInt32? {
    let rest = unsafe duel_firmware_step(pointer)
    return rest == .max ? nil : rest
  }

  /// Characters to the module.
  func take() -> [UInt8] {
    let count = unsafe room.withUnsafeMutableBufferPointer { buffer in
      unsafe duel_firmware_take(pointer, buffer.baseAddress, UInt32(buffer.count))
    }
    return Array(room.prefix(Int(count)))
  }

  func open(port: UInt16) -> Int32 { unsafe duel_firmware_open(pointer, port) }
  func close(_ socket: Int32) { unsafe duel_firmware_close(pointer, socket) }

  /// As the hook: the length, 0 = later, below 0 = broken.
  func send(_ socket: Int32, _ bytes: [UInt8], to: Endpoint, expectation: UInt8) -> Int32 {
    guard case .ipv4(let address) = to.host else { return -1 }
    let place = duel_place_t(address: address, port: to.port)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe duel_firmware_send(
        pointer, socket, buffer.baseAddress, UInt32(buffer.count), place, expectation)
    }
  }

  func receive(_ socket: Int32) -> Reception {
    var place = duel_place_t()
    let length = unsafe room.withUnsafeMutableBufferPointer { buffer in
      unsafe duel_firmware_receive(
        pointer, socket, buffer.baseAddress, UInt32(buffer.count), &place)
    }
    switch length {
    case 0: return .nothing
    case 1...:
      let from = Endpoint(host: .ipv4(place.address), port: place.port)
      return .datagram(Array(room.prefix(Int(length))), from: from)
    case -0x7000: return .truncated
    default: return .broken
    }
  }
}
