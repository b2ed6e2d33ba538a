import CoAPWire
import LwM2MModel

/// One thing a bootstrap server asks of a device (LwM2M 1.0 section 5.2.5).
public enum BootstrapOrder: Equatable, Sendable {
  /// The root deletes all that can be deleted.
  case delete(Path)
  case discover(Path)
  case read(Path)
  /// In the value `$uri` stands for the URI of the device's account.
  case write(Path, String, WriteFormat)
  case finish

  var path: Path {
    switch self {
    case .delete(let path), .discover(let path), .read(let path), .write(let path, _, _): path
    case .finish: Path()
    }
  }

  /// What goes to a device whose account is `uri`.
  public func operation(account uri: String) throws(WriteError) -> Operation {
    switch self {
    case .delete: return .delete
    case .discover: return .discover
    case .read: return .read
    case .finish: return .finish
    case .write(let path, let value, let format):
      let text = value.replacing("$uri", with: uri)
      return .write(try PayloadWriter.content(text, as: format, at: path))
    }
  }
}

extension [BootstrapOrder] {
  /// As OneNET does it: the URI as text, then Finish.
  public static var onenet: [BootstrapOrder] {
    [.write(Path(0, 0, 0), "$uri", .text), .finish]
  }

  /// The same with the Security instance in TLV.
  public static var onenetTLV: [BootstrapOrder] {
    [.write(Path(0, 0), "0=$uri", .tlv), .finish]
  }

  /// As LwM2M 1.0 section 5.2 has it: everything anew, without security.
  public static var lwm2m: [BootstrapOrder] {
    [
      .delete(Path(0)), .delete(Path(1)),
      .write(Path(0, 0), "0=$uri,1=false,2=3,10=101", .tlv),
      .write(Path(1, 0), "0=101,1=300,6=true,7=U", .tlv),
      .discover(Path()), .finish,
    ]
  }

  /// The list of this name; `none` leaves all to commands.
  public static func named(_ name: String) -> [BootstrapOrder]? {
    switch name {
    case "onenet": onenet
    case "onenet-tlv": onenetTLV
    case "lwm2m": lwm2m
    case "none": []
    default: nil
    }
  }
}
