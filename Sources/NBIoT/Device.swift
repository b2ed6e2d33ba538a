import CShims
import CoAPExchange
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// Who is inside a device.
enum Occupant: UInt8 {
  case nobody
  /// A call that serves the device, or a callback it runs: what changes tables has to stay out.
  case serving
  /// A call that waits for a datagram.
  case waiting
}

/// One device: what stands at the front of its memory block.
@safe
struct Device: ~Copyable {
  var occupant = Occupant.nobody
  /// The block came from the platform's allocate hook.
  let isAllocated: Bool
  /// The random hook refused: what needs randomness waits.
  var lacksEntropy = false
  /// Tells a device from other memory, and a living one from a destroyed one. Every call reads it before it has the
  /// lock, so it is not the first field: the thread sanitizer takes the first byte of a variable for all of it.
  var signature: UInt32
  /// The state the log hook was told last.
  var loggedState = NBIOT_STATE_IDLE
  /// Something happened that a step without a limit returns for.
  var hasNews = false
  /// The server's answer to the last De-register.
  var farewell: Code?
  var clock: WrappingClock
  let platform: Platform
  let callbacks: Callbacks
  var link: Link
  /// There only when the link is secure.
  let security: SecurityProvider?
  /// Lent to the security provider, which keeps its address.
  var environment = unsafe nbiot_security_environment_t()
  var engine: Engine<CallerValues>
  /// The text `uri` points into.
  let uriText: LentTable<UInt8>
  let uri: ServerURI
  let receiveBuffer: LentTable<UInt8>
  let sendBuffer: LentTable<UInt8>
  /// Bytes of the send buffer the socket had no room for yet.
  var unsent = 0

  static var living: UInt32 { 0x6E62_696F }
  static var dead: UInt32 { 0 }
}

/// The application's functions.
@safe
struct Callbacks: ~Copyable {
  let context: UnsafeMutableRawPointer?
  let read: nbiot_read_function_t?
  let write: nbiot_write_function_t?
  let execute: nbiot_execute_function_t?
  let event: nbiot_event_function_t?
  let reboot: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
  let classicWrite: nbiot_write_callback_t?
  let classicRead: nbiot_read_callback_t?
  let classicExecute: nbiot_execute_callback_t?

  init(_ config: nbiot_config_t) {
    unsafe context = unsafe config.callback_context
    unsafe read = unsafe config.read
    unsafe write = unsafe config.write
    unsafe execute = unsafe config.execute
    unsafe event = unsafe config.event
    unsafe reboot = unsafe config.reboot
    unsafe classicWrite = unsafe config.write_callback
    unsafe classicRead = unsafe config.read_callback
    unsafe classicExecute = unsafe config.execute_callback
  }
}

/// Everything behind a `Device` in its block.
struct DeviceTables {
  let engine: EngineTables
  let slots: LentTable<ValueSlot>
  let uri: LentTable<UInt8>
  let receive: LentTable<UInt8>
  let send: LentTable<UInt8>

  init(_ settings: Settings, from block: inout MemoryBlock) {
    block.reserve(MemoryLayout<Device>.size)
    engine = EngineTables(settings.capacities, from: &block)
    slots = block.table(of: settings.capacities.resources)
    uri = block.table(of: settings.uriCapacity)
    receive = block.table(of: settings.receiveCapacity)
    send = block.table(of: settings.sendCapacity)
  }

  static func memorySize(_ settings: Settings) -> UInt32 {
    var block = MemoryBlock()
    _ = DeviceTables(settings, from: &block)
    return UInt32(clamping: block.used)
  }
}
