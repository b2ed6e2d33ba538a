import Glibc

/// The command line.
struct Wish {
  /// Events in a row; `nil` = as many as each walk has.
  var depth: Int?
  /// The one walk.
  var only: String?
  /// Where the chart is written.
  var chart: String?
  var isSelftest = false

  init?(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "--depth":
        guard let text = rest.popFirst(), let number = Int(text), (1...99).contains(number) else {
          return nil
        }
        depth = number
      case "--walk":
        guard let name = rest.popFirst(), Terrain.all.contains(where: { $0.name == name }) else {
          return nil
        }
        only = name
      case "--chart":
        guard let file = rest.popFirst() else { return nil }
        chart = file
      case "--selftest": isSelftest = true
      default: return nil
      }
    }
  }
}

guard let wish = Wish(CommandLine.arguments.dropFirst()) else {
  let names = Terrain.all.map(\.name).joined(separator: "|")
  let usage = "usage: explore [--depth 1...99] [--walk \(names)] [--chart FILE] | --selftest\n"
  _ = unsafe write(STDERR_FILENO, usage, usage.utf8.count)
  exit(2)
}
exit(wish.isSelftest ? Selftest.run() : Outcome.run(wish))
