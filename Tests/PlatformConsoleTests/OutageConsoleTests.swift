import CoAPWire
import LwM2MModel
import PlatformAccess
import Testing

@testable import PlatformConsole

@Suite struct OutageConsoleTests {
  @Test("An outage is told from its beginning to its end")
  func told() {
    var stage = Stage()
    stage.register()
    stage.lines = []
    stage.run("outage 3")
    stage.run("wait registered 10")
    stage.pass(3000)
    stage.register()
    #expect(
      stage.lines.prefix(5) == [
        "   0.000  -- Command           outage 3",
        "   0.000  -- Gone              the access server neither hears nor sends for 3000 ms",
        "   0.000  -- Restarted         the platform has lost what it knew: registrations, "
          + "observations",
        "   0.000  -- Command           wait registered 10",
        "   3.000  -- Back              the access server hears and sends again",
      ])
    #expect(stage.lines.contains("   3.000  -- Done              wait registered 10"))
    #expect(stage.console.failures == 0)
  }

  @Test("What is kept is there when the server is back")
  func kept() {
    var stage = Stage()
    stage.register()
    stage.run("outage 1 kept")
    stage.pass(1000)
    stage.run("wait registered 1")
    #expect(stage.reports.last == .waited(line: "wait registered 1"))
  }

  @Test("Each event of an outage is a JSON object")
  func json() {
    var stage = Stage(json: true, plan: BootstrapPlan())
    stage.run("outage 2")
    stage.pass(2000)
    #expect(
      stage.lines == [
        #"{"ms":0,"event":"command","line":"outage 2"}"#,
        #"{"ms":0,"event":"silent","server":"access","duration":2000}"#,
        #"{"ms":0,"event":"silent","server":"bootstrap","duration":2000}"#,
        #"{"ms":0,"event":"restarted"}"#, #"{"ms":2000,"event":"heard","server":"access"}"#,
        #"{"ms":2000,"event":"heard","server":"bootstrap"}"#,
      ])
  }
}
