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
  public static var binding: UInt16 { 0xFFE6 }
  public static var serverID: UInt16 { 0xFFE7 }
  public static var lifetime: UInt16 { 0xFFE8 }
  public static var updateTrigger: UInt16 { 0xFFE9 }

  /// How many there are at most.
  public static var count: Int { 11 }
}

extension SortedTable where Element == Resource {
  /// Adds objects 1 (Server) and 3 (Device). Reboot only where somebody reboots.
  mutating func addBuiltIns(canReboot: Bool) {
    let readable = Access.readable | .builtIn
    own(Path(1, 0, 0), .integer, readable, BuiltInSlot.serverID)
    own(Path(1, 0, 1), .integer, readable | .writable, BuiltInSlot.lifetime)
    own(Path(1, 0, 7), .string, readable, BuiltInSlot.binding)
    own(Path(1, 0, 8), .opaque, .executable | .builtIn, BuiltInSlot.updateTrigger)
    own(Path(3, 0, 0), .string, readable, BuiltInSlot.manufacturer)
    own(Path(3, 0, 1), .string, readable, BuiltInSlot.model)
    own(Path(3, 0, 2), .string, readable, BuiltInSlot.serialNumber)
    own(Path(3, 0, 3), .string, readable, BuiltInSlot.firmwareVersion)
    if canReboot { own(Path(3, 0, 4), .opaque, .executable | .builtIn, BuiltInSlot.reboot) }
    own(Path(3, 0, 11), .integer, readable | .multiple, BuiltInSlot.errorCode)
    own(Path(3, 0, 16), .string, readable, BuiltInSlot.binding)
  }

  private mutating func own(_ path: Path, _ type: ValueType, _ access: Access, _ slot: UInt16) {
    let inserted = insert(Resource(path: path, type: type, access: access, slot: slot))
    precondition(inserted)
  }
}
