import ConsoleText
import LwM2MModel
import PlatformAccess

/// Reads lists of bootstrap orders, one order per line.
public enum OrderScript {
  static let usage =
    "delete|discover|read PATH, write PATH VALUE [text|tlv|old-tlv|opaque|hex], or finish"

  /// Empty lines and comments are passed over.
  public static func orders(parsing lines: [String]) throws(CommandError) -> [BootstrapOrder] {
    var orders: [BootstrapOrder] = []
    for (index, line) in lines.enumerated() {
      do {
        let words = try CommandWords(line).words
        guard let name = words.first, !name.hasPrefix("#") else { continue }
        var arguments = CommandArguments(words)
        orders.append(try arguments.order())
        try arguments.end()
      } catch {
        throw CommandError("line \(index + 1): \(error.message); an order is \(usage)")
      }
    }
    return orders
  }
}

extension CommandArguments {
  mutating func order() throws(CommandError) -> BootstrapOrder {
    let name = try word("order")
    switch name {
    case "finish": return .finish
    case "delete": return .delete(try pathOrRoot())
    case "discover": return .discover(try pathOrRoot())
    case "read": return .read(try path())
    case "write":
      let path = try path()
      let (value, format) = try written(at: path)
      return try tried(.write(path, value, format))
    default: throw CommandError("no order is called \"\(name)\"")
    }
  }

  private mutating func pathOrRoot() throws(CommandError) -> Path {
    let word = try word("path")
    guard word != "/" else { return Path() }
    guard let path = Path(text: word) else {
      throw CommandError("\"\(word)\" is no path such as / or /1/0")
    }
    return path
  }

  /// What cannot be written to any device is told when it is read.
  private func tried(_ order: BootstrapOrder) throws(CommandError) -> BootstrapOrder {
    do {
      _ = try order.operation(account: "coap://127.0.0.1")
      return order
    } catch {
      throw CommandError(error.explanation)
    }
  }

  /// A value and its format: text for a resource, TLV for an instance, unless one is named.
  mutating func written(at path: Path) throws(CommandError) -> (String, WriteFormat) {
    guard path.depth >= 2 else { throw CommandError("an object cannot be written") }
    let value = try word("value")
    guard !isAtEnd else { return (value, path.depth == 3 ? .text : .tlv) }
    let name = try word("format")
    guard let format = WriteFormat(rawValue: name) else {
      throw CommandError("no format is called \"\(name)\"")
    }
    return (value, format)
  }
}
