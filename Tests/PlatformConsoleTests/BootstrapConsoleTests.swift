import CoAPWire
import LwM2MModel
import NBIoTBytes
import PlatformAccess
import Testing

@testable import PlatformConsole

@Suite struct BootstrapConsoleTests {
  private static func plan(_ orders: [BootstrapOrder] = .onenet) -> BootstrapPlan {
    var plan = BootstrapPlan()
    plan.accounts = ["*": "coap://127.0.0.1:5683"]
    plan.orders = orders
    return plan
  }

  @Test func theOrdersCanBeReadLineByLine() {
    var stage = Stage(plan: Self.plan())
    stage.askForBootstrap()
    #expect(
      stage.lines == [
        "   0.000  <- Bootstrap         ep=86;46  from 127.0.0.1:40000",
        "   0.000  -> 2.04 Changed",
        "   0.000  -> Bootstrap-Write   /0/0/0  text  Server URI = \"coap://127.0.0.1:5683\"",
        "   0.000  <- 2.04 Changed      Bootstrap-Write /0/0/0  (0 ms)",
        "   0.000  -> Bootstrap-Finish  /bs",
        "   0.000  <- 2.04 Changed      Bootstrap-Finish /bs  (0 ms)",
        "   0.000  -- Bootstrapped      86;46 is to register at coap://127.0.0.1:5683",
      ])
  }

  @Test func eachBootstrapEventIsOneJSONObject() {
    var plan = Self.plan()
    plan.set(.emptyFinish, times: 1)
    var stage = Stage(json: true, plan: plan)
    stage.answers[Code.post.rawValue] = .notAcceptable
    stage.askForBootstrap()
    #expect(
      stage.lines.first
        == #"{"ms":0,"event":"bootstrap-request","endpoint":"86;46","peer":"127.0.0.1:40000"}"#)
    #expect(
      stage.lines[1] == #"{"ms":0,"event":"mistake","endpoint":"86;46","mistake":"empty-finish"}"#)
    #expect(
      stage.lines[3]
        == #"{"ms":0,"event":"request","endpoint":"86;46","request":1,"automatic":true,"#
        + #""operation":"Bootstrap-Finish","path":"/bs","format":null,"payload":"","#
        + #""attributes":[],"attempt":1}"#)
    #expect(
      stage.lines.last
        == #"{"ms":0,"event":"bootstrap-stopped","endpoint":"86;46","#
        + #""reason":"the device answered 4.06 Not Acceptable"}"#)
  }

  @Test func ordersCanBeGivenOneByOne() {
    var stage = Stage(plan: Self.plan())
    stage.run(
      "orders none", "wait bootstrap-request", "bootstrap * delete /",
      "bootstrap * write /0/0 0=$uri", "bootstrap 86;46 discover /", "bootstrap * finish",
      "wait bootstrapped")
    #expect(!stage.console.isIdle)
    stage.askForBootstrap()
    #expect(stage.failures.isEmpty)
    #expect(stage.console.isIdle)
  }

  @Test func anOrderTheDeviceRefusesIsAFailure() {
    var stage = Stage(plan: Self.plan([]))
    stage.answers[Code.post.rawValue] = .notAcceptable
    stage.askForBootstrap()
    stage.run("bootstrap * finish")
    #expect(stage.failures == ["bootstrap * finish: the device answered 4.06 Not Acceptable"])
  }

  @Test func waitBootstrappedEndsWithTheFinish() {
    var stage = Stage(plan: Self.plan())
    stage.run("wait bootstrapped 5")
    stage.askForBootstrap()
    #expect(stage.reports.last == .waited(line: "wait bootstrapped 5"))
  }

  @Test func accountsAndMistakesChangeWhileTheServerRuns() {
    var stage = Stage(plan: Self.plan())
    stage.run("account 86 coap://h:1", "mistake no-finish 1", "wait bootstrapped 1")
    stage.askForBootstrap()
    #expect(stage.lines.last?.contains("Bootstrap-Write /0/0/0") == true)
    stage.pass(1000)
    #expect(stage.failures == ["wait bootstrapped 1: it did not happen in time"])
    stage.askForBootstrap()
    #expect(stage.lines.last?.hasSuffix("86;46 is to register at coap://h:1") == true)
    stage.run("mistake half", "mistake none")
    #expect(stage.platform.bootstrap?.plan.mistake == nil)
  }

  @Test func theStarNeedsExactlyOneBootstrap() {
    var stage = Stage(plan: Self.plan([]))
    stage.run("bootstrap * finish")
    stage.askForBootstrap("1;1")
    stage.askForBootstrap("2;2")
    stage.run("bootstrap * finish", "bootstrap 3;3 finish")
    #expect(
      stage.failures == [
        "bootstrap * finish: no bootstrap is under way",
        "bootstrap * finish: 2 bootstraps are under way: name one instead of *",
        "bootstrap 3;3 finish: no bootstrap of 3;3 is under way",
      ])
  }

  @Test func withoutABootstrapServerItsCommandsFail() {
    var stage = Stage()
    stage.run("mistake half", "bootstrap * finish")
    #expect(stage.failures.count == 2)
    #expect(
      stage.failures.first
        == "mistake half: there is no bootstrap server: --bootstrap-port starts one")
  }

  @Test func forgetRestartAndSilentAreCarriedOut() {
    var stage = Stage(plan: Self.plan([]))
    stage.register()
    stage.run("forget *", "devices")
    #expect(stage.reports.last == .devices([]))
    #expect(stage.lines.contains { $0.hasSuffix("86;46 is registered no more and does not know") })
    stage.register()
    stage.askForBootstrap()
    stage.run("restart", "devices", "bootstrap * finish", "silent 2")
    #expect(stage.failures == ["bootstrap * finish: no bootstrap is under way"])
    stage.register()
    #expect(stage.platform.access.sessions.isEmpty)
    stage.pass(2000)
    stage.register()
    #expect(stage.platform.access.sessions.count == 1)
    stage.run("silent 1 bootstrap")
    stage.askForBootstrap()
    #expect(stage.platform.bootstrap?.runs.isEmpty == true)
  }
}
