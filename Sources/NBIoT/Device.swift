import CShims
import CoAPExchange
import CoAPWire
import LwM2MClient
import LwM2MModel
import NBIoTBytes

/// Who is inside a device.
enum Occupant: UInt8 {
  case nobody
  /// A call that waits for a datagram.
  case waiting
  /// A call that serves the device, or a callback it runs: what changes tables has to stay out.
  case serving
}

/// One device: what stands at the front of its memory block, the small and often used first.
@safe
struct Device: ~Copyable {
  var occupant = Occupant.nobody
  /// The block came from the platform's allocate hook.
  let isAllocated: Bool
  /// The random hook refused: what needs randomness waits.
  var lacksEntropy = false
  /// Something happened that a step without a limit returns for.
  var hasNews = false
  /// Tells a device from other memory, and a living one from a destroyed one. Every call reads it before it has the
  /// lock, so it is not the first field: the thread sanitizer takes the first byte of a variable for all of it.
  var signature: UInt32
  /// The state the log hook was told last.
  var loggedState = NBIOT_STATE_IDLE
  /// The server's answer to the last De-register; empty when there was none.
  var farewell = Code.empty
  let localPort: UInt16
  /// Where the account is kept; `nil` when it is not.
  var accountSlot: AccountSlot?
  /// The one server, when there are no accounts.
  let uri: ServerURI
  /// Bytes of the send buffer the socket had no room for yet.
  var unsent = 0
  /// What the radio is told of them.
  var hint = SendHint()
  let receiveBuffer: LentTable<UInt8>
  let sendBuffer: LentTable<UInt8>
  /// The text `uri` points into.
  let uriText: LentTable<UInt8>
  var engine: Engine<CallerValues>
  var security: SecurityProvider
  var clock: WrappingClock
  /// No later than the engine's deadline: whoever may have changed that sets it to zero.
  var due = Instant(milliseconds: 0)
  var link = Link()
  let callbacks: Callbacks
  let platform: Platform
  /// Lent to the security provider, which keeps its address.
  var environment = unsafe nbiot_security_environment_t()
  /// The account's, lent likewise.
  var credentials = unsafe nbiot_credentials_t()

  static var living: UInt32 { 0x6E62_696F }
  static var dead: UInt32 { 0 }

  /// `config` was checked.
  init(
    _ config: UnsafePointer<nbiot_config_t>, _ hooks: UnsafePointer<nbiot_platform_t>,
    _ checked: CheckedConfiguration, _ tables: DeviceTables, firstID: UInt16
  ) {
    isAllocated = unsafe config.pointee.memory == nil
    signature = Device.living
    localPort = unsafe config.pointee.local_port
    uri = checked.uri
    receiveBuffer = tables.receive
    sendBuffer = tables.send
    uriText = tables.uri
    security = unsafe SecurityProvider(config)
    clock = unsafe WrappingClock(Platform.view(hooks).pointee.now())
    callbacks = unsafe Callbacks(config)
    platform = unsafe Platform(hooks)
    engine = unsafe Engine(
      checked.engine, tables: tables.engine,
      store: CallerValues(
        tables.slots, lent: tables.lent, info: config.pointee.device_info,
        own: OwnValues(checked.engine)),
      firstID: firstID)
  }
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
  let create: nbiot_instance_function_t?
  let remove: nbiot_instance_function_t?
  let factoryReset: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
  let writeBlock: nbiot_block_function_t?
  let classicWrite: nbiot_write_callback_t?
  let classicRead: nbiot_read_callback_t?
  let classicExecute: nbiot_execute_callback_t?

  init(_ config: UnsafePointer<nbiot_config_t>) {
    unsafe context = unsafe config.pointee.callback_context
    unsafe read = unsafe config.pointee.read
    unsafe write = unsafe config.pointee.write
    unsafe execute = unsafe config.pointee.execute
    unsafe event = unsafe config.pointee.event
    unsafe reboot = unsafe config.pointee.reboot
    unsafe create = unsafe config.pointee.create
    unsafe remove = unsafe config.pointee.remove
    unsafe factoryReset = unsafe config.pointee.factory_reset
    unsafe writeBlock = unsafe config.pointee.write_block
    unsafe classicWrite = unsafe config.pointee.write_callback
    unsafe classicRead = unsafe config.pointee.read_callback
    unsafe classicExecute = unsafe config.pointee.execute_callback
  }
}

/// Everything behind a `Device` in its block.
struct DeviceTables {
  let engine: EngineTables
  let slots: LentTable<ValueSlot>
  let lent: LentTable<LentValue>
  let uri: LentTable<UInt8>
  let receive: LentTable<UInt8>
  let send: LentTable<UInt8>

  init(_ settings: Settings, from block: inout MemoryBlock) {
    block.reserve(MemoryLayout<Device>.size)
    engine = EngineTables(settings.engine, from: &block)
    slots = block.table(of: settings[.resources])
    lent = block.table(of: settings[.stored] > 0 ? 1 : 0)
    uri = block.table(of: settings[.uri])
    receive = block.table(of: settings[.receive])
    send = block.table(of: settings[.send])
  }

  static func memorySize(_ settings: Settings) -> UInt32 {
    var block = MemoryBlock()
    _ = DeviceTables(settings, from: &block)
    return UInt32(clamping: block.used)
  }
}
