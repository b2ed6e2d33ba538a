import CShims
import LwM2MClient
import LwM2MFormats
import LwM2MModel
import NBIoTBytes

/// Where a value lives: a single value, or the array of a multiple-instance resource, whose entries begin with one.
@safe
struct ValueSlot: Zeroable {
  private let first: UnsafeMutableRawPointer?
  /// How many instances there are; 0 for a single value.
  private let instances: UInt16

  init(_ value: UnsafeMutablePointer<nbiot_value_t>) {
    unsafe first = UnsafeMutableRawPointer(value)
    instances = 0
  }

  init(_ start: UnsafeMutablePointer<nbiot_instance_t>, count: UInt16) {
    unsafe first = UnsafeMutableRawPointer(start)
    instances = count
  }

  private init() {
    unsafe first = nil
    instances = 0
  }

  static var blank: ValueSlot { ValueSlot() }

  var isFree: Bool { unsafe first == nil }
  var isMultiple: Bool { instances != 0 }
  var count: Int { max(1, Int(truncatingIfNeeded: instances)) }

  /// The value of the resource, or of its instance at `index`.
  @inline(__always)
  func value(at index: Int) -> UnsafeMutablePointer<nbiot_value_t>? {
    guard let first = unsafe first, index == 0 || index < count else { return nil }
    return unsafe (first + index &* MemoryLayout<nbiot_instance_t>.stride)
      .assumingMemoryBound(to: nbiot_value_t.self)
  }

  /// The ID of the instance at `index`; 0 when there is none.
  func id(at index: Int) -> UInt16 {
    guard let first = unsafe first, index < Int(truncatingIfNeeded: instances) else { return 0 }
    return unsafe first.assumingMemoryBound(to: nbiot_instance_t.self)[index].id
  }

  /// Takes the application's flag down, wherever it is set. `true` when it was.
  func takeUpdated() -> Bool {
    var isUpdated = false
    for index in 0..<count {
      guard let value = unsafe value(at: index),
        unsafe value.pointee.flag & UInt8(NBIOT_UPDATED) != 0
      else { continue }
      unsafe value.pointee.flag &= ~UInt8(NBIOT_UPDATED)
      isUpdated = true
    }
    return isUpdated
  }
}

/// A value in the place of the application's, and whose place it has.
@safe
struct LentValue: Zeroable {
  /// Room for an `nbiot_value_t`.
  private var words: (UInt64, UInt64, UInt64)
  var home: ValueSlot

  /// The table that it is in stays where it is.
  var value: UnsafeMutablePointer<nbiot_value_t> {
    mutating get {
      unsafe withUnsafeMutablePointer(to: &words) {
        unsafe UnsafeMutableRawPointer($0).assumingMemoryBound(to: nbiot_value_t.self)
      }
    }
  }
}

/// The application's values, by reference, and the SDK's own.
@safe
struct CallerValues: ValueStore, ~Copyable {
  private let pinned = Pinned()
  private let slots: LentTable<ValueSlot>
  private var hint = 0
  private let info: nbiot_device_info_t
  private var own: OwnValues
  /// None where nothing is stored, so that nothing is ever lent.
  private let lent: LentTable<LentValue>

  init(
    _ slots: LentTable<ValueSlot>, lent: LentTable<LentValue>, info: nbiot_device_info_t,
    own: OwnValues
  ) {
    self.slots = slots
    self.lent = lent
    unsafe self.info = unsafe info
    self.own = own
  }

  // MARK: Slots

  /// Takes a free slot in; `nil` when none is left.
  mutating func insert(_ slot: ValueSlot) -> UInt16? {
    for step in 0..<slots.capacity {
      let index = (hint &+ step) % slots.capacity
      guard slots[index].isFree else { continue }
      slots[index] = slot
      hint = index &+ 1
      return UInt16(truncatingIfNeeded: index)
    }
    return nil
  }

  mutating func remove(_ slot: UInt16) {
    slots[Int(slot)] = .blank
    hint = Int(slot)
  }

  /// The caller's value; `nil` for the SDK's own.
  @inline(__always)
  func pointer(_ slot: UInt16, at index: Int) -> UnsafeMutablePointer<nbiot_value_t>? {
    guard slot < BuiltInSlot.first else { return nil }
    return unsafe slots[Int(slot)].value(at: index)
  }

  /// Whether the application flagged any value. Most sweeps end here, so this looks at nothing but pointers and flags.
  func hasUpdated() -> Bool {
    for index in 0..<slots.capacity {
      guard let value = unsafe slots[index].value(at: 0) else { continue }
      if unsafe slots[index].isMultiple || value.pointee.flag & UInt8(NBIOT_UPDATED) != 0 {
        return true
      }
    }
    return false
  }

  /// Whether the application flagged the value in `slot`; the flag is taken down.
  func takeUpdated(_ slot: UInt16) -> Bool {
    slot < BuiltInSlot.first && slots[Int(slot)].takeUpdated()
  }

  /// Takes an error of the device in, or with 0 forgets all.
  mutating func note(error code: UInt8) -> OwnValues.Noting { own.note(error: code) }

  // MARK: ValueStore

  func instanceCount(_ slot: UInt16) -> Int {
    slot < BuiltInSlot.first ? slots[Int(slot)].count : own.errorCount
  }

  func instanceID(_ slot: UInt16, at index: Int) -> UInt16 {
    slot < BuiltInSlot.first
      ? slots[Int(slot)].id(at: index) : UInt16(truncatingIfNeeded: index)
  }

  @inline(__always)
  @_lifetime(borrow self)
  borrowing func load(_ slot: UInt16, at index: Int, as type: ValueType) -> Value {
    guard let value = unsafe pointer(slot, at: index) else { return loadOwn(slot, at: index) }
    switch type {
    case .integer: return .integer(unsafe value.pointee.value.as_int)
    case .float: return .float(unsafe value.pointee.value.as_float)
    case .boolean: return .boolean(unsafe value.pointee.value.as_bool != 0)
    case .string: return .string(unsafe buffer(value))
    case .opaque: return .opaque(unsafe buffer(value))
    case .hexString: return .hexString(unsafe buffer(value))
    }
  }

  @inline(__always)
  @_lifetime(immortal)
  private func buffer(_ value: UnsafeMutablePointer<nbiot_value_t>) -> Span<UInt8> {
    let kept = unsafe value.pointee.value.as_buf
    return unsafe bytes(kept.val, count: Int(kept.len))
  }

  /// Bytes the caller keeps alive at least as long as the device, which is for ever here; null is empty.
  @inline(__always)
  @_lifetime(immortal)
  private func bytes(_ start: UnsafePointer<CChar>?, count: Int) -> Span<UInt8> {
    guard let start = unsafe start else { return Span() }
    let raw = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
    return unsafe _overrideLifetime(
      Span(_unsafeStart: raw, count: count), copying: ())
  }

  @_lifetime(immortal)
  private func loadOwn(_ slot: UInt16, at index: Int) -> Value {
    switch slot {
    case BuiltInSlot.manufacturer: return .string(unsafe text(info.manufacturer))
    case BuiltInSlot.model: return .string(unsafe text(info.model))
    case BuiltInSlot.serialNumber: return .string(unsafe text(info.serial_number))
    case BuiltInSlot.firmwareVersion: return .string(unsafe text(info.firmware_version))
    case BuiltInSlot.binding: return .string(binding)
    case BuiltInSlot.storing: return .boolean(own.stores)
    default: return .integer(Int64(own.number(slot, at: index)))
    }
  }

  private var binding: Span<UInt8> {
    @_lifetime(immortal)
    get {
      let letters = Int(truncatingIfNeeded: own.binding.rawValue)
      return unsafe _overrideLifetime(
        Span(_unsafeStart: Binding.letters.utf8Start, count: letters), copying: ())
    }
  }

  @_lifetime(immortal)
  private func text(_ start: UnsafePointer<CChar>?) -> Span<UInt8> {
    unsafe bytes(start, count: textLength(start, limit: 0xFFFF))
  }

  func capacity(_ slot: UInt16, at index: Int) -> Int {
    // What the SDK's own may hold is the engine's business.
    guard let value = unsafe pointer(slot, at: index) else { return 0xFFFF }
    return Int(unsafe value.pointee.capacity)
  }

  /// The slot points there for a while: whoever loads notices nothing.
  @inline(never)
  mutating func lend(_ value: borrowing Value, in slot: UInt16) {
    let target = unsafe lent[0].value
    switch copy value {
    case .integer(let number): unsafe target.pointee.value.as_int = number
    case .float(let number): unsafe target.pointee.value.as_float = number
    case .boolean(let flag): unsafe target.pointee.value.as_bool = flag ? 1 : 0
    case .string(let bytes), .opaque(let bytes), .hexString(let bytes):
      unsafe bytes.withUnsafeBytes {
        let start = unsafe UnsafeMutableRawPointer(mutating: $0.baseAddress)
        unsafe target.pointee.value.as_buf.val = start?.assumingMemoryBound(to: CChar.self)
      }
      unsafe target.pointee.value.as_buf.len = UInt32(truncatingIfNeeded: bytes.count)
    }
    lent[0].home = slots[Int(slot)]
    slots[Int(slot)] = unsafe ValueSlot(target)
  }

  mutating func giveBack(_ slot: UInt16) {
    slots[Int(slot)] = lent[0].home
  }

  mutating func store(_ value: borrowing Value, in slot: UInt16, at index: Int) {
    guard let target = unsafe pointer(slot, at: index) else { return own.store(value, in: slot) }
    switch copy value {
    case .integer(let number): unsafe target.pointee.value.as_int = number
    case .float(let number): unsafe target.pointee.value.as_float = number
    case .boolean(let flag): unsafe target.pointee.value.as_bool = flag ? 1 : 0
    case .string(let bytes), .opaque(let bytes):
      if unsafe target.pointee.type == UInt8(NBIOT_HEX_STRING) {
        unsafe storeDigits(of: bytes, in: target)
      } else {
        unsafe storeBytes(bytes, in: target)
      }
    case .hexString(let digits): unsafe storeBytes(digits, in: target)
    }
  }

  private func storeBytes(_ bytes: Span<UInt8>, in target: UnsafeMutablePointer<nbiot_value_t>) {
    guard let room = unsafe target.pointee.value.as_buf.val,
      bytes.count <= Int(unsafe target.pointee.capacity)
    else { return }
    unsafe bytes.withUnsafeBytes {
      unsafe UnsafeMutableRawBufferPointer(start: room, count: $0.count).copyMemory(from: $0)
    }
    unsafe target.pointee.value.as_buf.len = UInt32(truncatingIfNeeded: bytes.count)
  }

  private func storeDigits(of bytes: Span<UInt8>, in target: UnsafeMutablePointer<nbiot_value_t>) {
    let capacity = Int(unsafe target.pointee.capacity)
    guard let room = unsafe target.pointee.value.as_buf.val, bytes.count * 2 <= capacity else {
      return
    }
    let raw = unsafe UnsafeMutableRawPointer(room).assumingMemoryBound(to: UInt8.self)
    var writer = ByteWriter(unsafe MutableSpan(_unsafeStart: raw, count: capacity))
    HexDigits.append(bytes, to: &writer)
    unsafe target.pointee.value.as_buf.len = UInt32(truncatingIfNeeded: writer.position)
  }
}

/// The length of zero-terminated text; `limit` + 1 when it is longer than that.
func textLength(_ start: UnsafePointer<CChar>?, limit: Int) -> Int {
  guard let start = unsafe start else { return 0 }
  var count = 0
  while count <= limit, unsafe start[count] != 0 { count &+= 1 }
  return count
}
