import ConsoleText
import Foundation
import ModemConsole

let arguments = [String](CommandLine.arguments.dropFirst())
do {
  let options = try Options(parsing: arguments)
  if options.wantsHelp {
    Output.write(Options.usage)
    exit(0)
  }
  let status = try Program(options).run()
  exit(status)
} catch let error as OptionsError {
  Output.writeError("nbiot-modem: \(error.message)\n\n" + Options.usage)
  exit(2)
} catch let error as ProgramError {
  Output.writeError("nbiot-modem: \(error.message)\n")
  exit(error.status)
}
