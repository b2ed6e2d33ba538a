import CoAPWire
import LwM2MModel
import NBIoTBytes
import PlatformAccess
import Testing

@testable import PlatformConsole

@Suite struct ConsoleTests {
  @Test func aScriptRunsToItsEndWithoutFailures() {
    var stage = Stage()
    stage.run("wait registered", "wait observed", "read * /3303/0", "write * /3303/0/5750 x")
    #expect(!stage.console.isIdle)
    stage.register()
    #expect(stage.console.isIdle)
    #expect(stage.console.failures == 0)
    #expect(stage.reports.last == .began(line: "write * /3303/0/5750 x"))
  }

  @Test func waitRegisteredIsSatisfiedByADeviceThatIsThere() {
    var stage = Stage()
    stage.register()
    stage.run("wait registered")
    #expect(stage.reports.last == .waited(line: "wait registered"))
  }

  @Test func aWaitFailsWhenItsTimeIsOverAndTheScriptGoesOn() {
    var stage = Stage()
    stage.run("wait registered 2", "devices")
    stage.pass(1999)
    #expect(stage.failures.isEmpty)
    #expect(stage.console.deadline == stage.now + Milliseconds(1))
    stage.pass(1)
    #expect(stage.failures == ["wait registered 2: it did not happen in time"])
    #expect(stage.reports.last == .devices([]))
  }

  @Test func waitObservedFailsAtOnceWhenTheDeviceDoesNotObserve() {
    var stage = Stage()
    stage.isObserving = false
    stage.run("wait observed")
    stage.register()
    #expect(stage.failures == ["wait observed: 1 automatic requests failed"])
  }

  @Test func waitNotifyTakesEachNotificationOnce() {
    var stage = Stage()
    stage.register()
    stage.run("sleep 10")
    stage.notify("/3303/0")
    stage.pass(10)
    stage.run("wait notify /3303/0 1", "wait notify /3303 1")
    #expect(stage.reports.last == .began(line: "wait notify /3303 1"))
    stage.notify("/3303/0")
    #expect(stage.reports.last == .waited(line: "wait notify /3303 1"))
    #expect(stage.console.failures == 0)
  }

  @Test func waitNotifyIgnoresWhatCameBeforeTheLastCommand() {
    var stage = Stage()
    stage.register()
    stage.notify("/3303/0")
    stage.run("devices", "wait notify /3303/0 1")
    stage.pass(1000)
    #expect(stage.failures == ["wait notify /3303/0 1: it did not happen in time"])
  }

  @Test func aNoteIsNoCommandThatWaitsCountFrom() {
    var stage = Stage()
    stage.register()
    stage.run("sleep 10")
    stage.notify("/3303/0")
    stage.pass(10)
    stage.run("say x", "wait notify /3303/0 1")
    #expect(stage.reports.last == .waited(line: "wait notify /3303/0 1"))
  }

  @Test func waitNotifyIgnoresOtherPaths() {
    var stage = Stage()
    stage.register()
    stage.run("wait notify /3304 1")
    stage.notify("/3303/0")
    stage.pass(1000)
    #expect(stage.console.failures == 1)
  }

  @Test func updateAndDeregisterCanBeWaitedFor() {
    var stage = Stage()
    stage.register()
    stage.run("wait updated", "wait deregistered")
    stage.give(.post, ["rd", "86"])
    stage.give(.delete, ["rd", "86"])
    #expect(stage.console.isIdle)
    #expect(stage.console.failures == 0)
  }

  @Test func anAnswerThatIsNoSuccessIsAFailure() {
    var stage = Stage()
    stage.register()
    stage.answers[Code.put.rawValue] = .methodNotAllowed
    stage.run("write * /3303/0/5700 1")
    #expect(
      stage.failures == ["write * /3303/0/5700 1: the device answered 4.05 Method Not Allowed"])
  }

  @Test func aSilentDeviceIsAFailureAfterTheLimit() {
    var stage = Stage()
    stage.register()
    stage.answers = [:]
    stage.run("read * /3303/0")
    stage.pass(25_000)
    #expect(stage.failures == ["read * /3303/0: no answer after 1 transmissions"])
  }

  @Test func observeWithoutObservingIsAFailure() {
    var stage = Stage()
    stage.register()
    stage.isObserving = false
    stage.run("observe * /3303/0/5700")
    #expect(
      stage.failures == ["observe * /3303/0/5700: the device answered without observing"])
  }

  @Test func theStarNeedsExactlyOneDevice() {
    var stage = Stage()
    stage.run("read * /3")
    #expect(stage.failures == ["read * /3: no device is registered"])
    stage.register("1;1")
    stage.register("2;2")
    stage.run("read * /3", "read 2 /3303/0", "read 1;1 /3303/0", "read 3 /3")
    #expect(
      stage.failures.dropFirst() == [
        "read * /3: 2 devices are registered: name one instead of *",
        "read 3 /3: 3 is not registered",
      ])
  }

  @Test func aWrongLineCountsAsAFailureAndTheNextOneRuns() {
    var stage = Stage()
    stage.run("bogus", "help")
    #expect(stage.console.failures == 1)
    #expect(stage.reports.last == .help(Command.usages.map(\.usage)))
  }

  @Test func sleepEndsAtItsInstant() {
    var stage = Stage()
    stage.run("sleep 100")
    #expect(stage.console.deadline == stage.now + Milliseconds(100))
    stage.pass(99)
    #expect(!stage.console.isIdle)
    stage.pass(1)
    #expect(stage.console.isIdle)
  }

  @Test func nothingRunsAfterQuit() {
    var stage = Stage()
    stage.run("quit", "bogus")
    #expect(stage.console.isFinished)
    #expect(stage.console.failures == 0)
  }
}
