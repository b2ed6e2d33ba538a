import LwM2MModel
import NBIoTBytes

/// The SDK's own resources, in slots above every application slot.
public enum BuiltInSlot {
  public static var first: UInt16 { 0xFFE0 }
  public static var manufacturer: UInt16 { 0xFFE0 }
  public static var model: UInt16 { 0xFFE1 }
  public static var serialNumber: UInt16 { 0xFFE2 }
  public static var firmwareVersion: UInt16 { 0xFFE3 }
  public static var reboot: UInt16 { 0xFFE4 }
  public static var errorCode: UInt16 { 0xFFE5 }
  public static var factoryReset: UInt16 { 0xFFE6 }

  // Object 1, in the order of its resources: `server` is that of the first.
  public static var server: UInt16 { 0xFFE7 }
  public static var serverID: UInt16 { 0xFFE7 }
  public static var lifetime: UInt16 { 0xFFE8 }
  public static var minimumPeriod: UInt16 { 0xFFE9 }
  public static var maximumPeriod: UInt16 { 0xFFEA }
  public static var disable: UInt16 { 0xFFEB }
  public static var disableTimeout: UInt16 { 0xFFEC }
  public static var storing: UInt16 { 0xFFED }
  public static var binding: UInt16 { 0xFFEE }
  public static var updateTrigger: UInt16 { 0xFFEF }
  /// Only where there is a bootstrap server.
  public static var bootstrapTrigger: UInt16 { 0xFFF0 }

  public static var errorReset: UInt16 { 0xFFF1 }

  /// How many resources there are at most; two of them are the binding.
  public static var count: Int { 19 }
}

extension SortedTable where Element == Resource {
  /// Adds objects 1 (Server) and 3 (Device) of LwM2M 1.0 appendix E.2 and E.4. Reboot and Factory Reset only where
  /// somebody does it.
  @inline(never)
  mutating func addBuiltIns(for consultation: Consultation) {
    let readable = Access.readable
    var resource: UInt16 = 0
    while resource < 9 {
      let (type, access) = Self.ofServer(resource)
      own(1, resource, type, access, BuiltInSlot.server &+ resource)
      resource &+= 1
    }
    own(3, 0, .string, readable, BuiltInSlot.manufacturer)
    own(3, 1, .string, readable, BuiltInSlot.model)
    own(3, 2, .string, readable, BuiltInSlot.serialNumber)
    own(3, 3, .string, readable, BuiltInSlot.firmwareVersion)
    if consultation.reboots { own(3, 4, .opaque, .executable, BuiltInSlot.reboot) }
    if consultation.resets { own(3, 5, .opaque, .executable, BuiltInSlot.factoryReset) }
    own(3, 11, .integer, readable | .multiple, BuiltInSlot.errorCode)
    own(3, 12, .opaque, .executable, BuiltInSlot.errorReset)
    own(3, 16, .string, readable, BuiltInSlot.binding)
  }

  /// Type and access of a resource of object 1.
  private static func ofServer(_ resource: UInt16) -> (ValueType, Access) {
    switch resource {
    case 0: (.integer, .readable)
    case 4, 8: (.opaque, .executable)
    case 6: (.boolean, .readable | .writable)
    case 7: (.string, .readable | .writable | .storage)
    default: (.integer, .readable | .writable)
    }
  }

  @inline(never)
  private mutating func own(
    _ object: UInt16, _ resource: UInt16, _ type: ValueType, _ access: Access, _ slot: UInt16
  ) {
    let inserted = insert(
      Resource(
        path: Path(object, 0, resource), type: type, access: access | .builtIn, slot: slot))
    precondition(inserted)
  }
}
