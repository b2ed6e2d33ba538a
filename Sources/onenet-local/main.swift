import ConsoleText
import Foundation
import PlatformConsole

let arguments = [String](CommandLine.arguments.dropFirst())
do {
  let options = try Options(parsing: arguments)
  if options.wantsHelp {
    Output.write(Options.usage)
    exit(0)
  }
  var program = try Program(options)
  exit(program.run())
} catch let error as OptionsError {
  Output.writeError("onenet-local: \(error.message)\n\n" + Options.usage)
  exit(2)
} catch let error as ProgramError {
  Output.writeError("onenet-local: \(error.message)\n")
  exit(error.status)
}
