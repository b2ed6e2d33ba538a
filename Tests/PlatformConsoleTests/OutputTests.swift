import LwM2MModel
import NBIoTBytes
import PlatformAccess
import Testing

@testable import PlatformConsole

@Suite struct OutputTests {
  @Test func linesHaveATimeADirectionAndColumns() {
    var stage = Stage()
    stage.pass(12)
    stage.register()
    stage.notify("/3303/0")
    #expect(
      stage.lines == [
        "   0.012  <- Register          ep=86;46  lt=300  b=U  from 127.0.0.1:40000"
          + "  objects </3303/0>",
        "   0.012  -> 2.01 Created      /rd/86",
        "   0.012  -> Observe           /3303/0",
        "   0.012  <- 2.05 Content      Observe /3303/0  (0 ms)",
        "   0.012  -> Discover          /3303",
        "   0.012  <- 2.05 Content      Discover /3303  (0 ms)",
        "   0.012  -> Read              /3/0",
        "   0.012  <- 2.05 Content      Read /3/0  (0 ms)",
        "   0.012  -- Ready             the platform has asked all it asks by itself: "
          + "1 observed, 1 discovered, 0 failed",
        "   0.012  <- Notify            /3303/0  NON #2  21.5",
      ])
  }

  @Test func devicesAreNamedWhenThereAreSeveral() {
    var stage = Stage()
    stage.register("1;1")
    stage.register("2;2")
    #expect(stage.lines.last?.contains("[2;2] ") == true)
  }

  @Test func eachEventIsOneJSONObjectWithKeysInAFixedOrder() {
    var stage = Stage(json: true)
    stage.register()
    #expect(
      stage.lines.first
        == #"{"ms":0,"event":"registered","endpoint":"86;46","location":"/rd/86","#
        + #""peer":"127.0.0.1:40000","lifetime":300,"version":"1.0","binding":"U","#
        + #""objects":["/3303/0"],"replaced":false}"#)
    #expect(
      stage.lines[2]
        == #"{"ms":0,"event":"request","endpoint":"86;46","request":1,"automatic":true,"#
        + #""operation":"Observe","path":"/3303/0","format":null,"payload":"","#
        + #""attributes":[],"attempt":1}"#)
  }

  @Test func aNoteStandsApart() {
    var stage = Stage()
    stage.run("say \"now it begins\"")
    #expect(stage.lines == ["", "   0.000  -- Note              now it begins"])
    var json = Stage(json: true)
    json.run("say \"now it begins\"")
    #expect(json.lines == [#"{"ms":0,"event":"note","text":"now it begins"}"#])
  }

  @Test func aFailedCommandIsAJSONObject() {
    var stage = Stage(json: true)
    stage.run("read * /3")
    #expect(
      stage.lines.last
        == #"{"ms":0,"event":"command-failed","line":"read * /3","#
        + #""reason":"no device is registered"}"#)
  }

  @Test func jsonStringsAreEscaped() {
    #expect(JSON.string("a\"b\\c\n\u{1}é").text == #""a\"b\\c\n\u0001é""#)
    #expect(JSON.number(.infinity).text == "null")
    #expect(JSON.array([.boolean(true), .null, .number(1.5)]).text == "[true,null,1.5]")
  }

  @Test func valuesAreShownWithTheirNamesAndTypes() {
    let value = ReportedValue(path: Path(3303, 0, 5700), content: .float(23.5))
    #expect(value.text(below: Path(3303, 0)) == "5700 Sensor Value = 23.5")
    #expect(value.text(below: Path(3303, 0, 5700)) == "Sensor Value = 23.5")
    let unknown = ReportedValue(
      path: Path(9999, 0, 1), instance: 2, content: .opaque([0x41, 0x42, 0]), isGuess: true)
    #expect(unknown.text(below: Path(9999)) == "0/1/2 = 414200 \"AB.\" (type guessed)")
  }
}
