import Testing

@testable import LwM2MFormats

private func isWellFormed(_ text: String) -> Bool {
  ExecuteArguments.isWellFormed(Array(text.utf8).span)
}

@Suite struct ExecuteArgumentsTests {
  @Test(arguments: [
    "", "5", "2='10.3'", "7,0='https://www.oma.org'", "0,1,2,3,4,5,6,7,8,9", "1=''", "3='a,b=c'",
    "4='!#$%&()[]^~'",
  ])
  func lwm2m545WellFormedLists(_ text: String) {
    #expect(isWellFormed(text))
  }

  @Test(arguments: [
    ",", "5,", ",5", "5,,6", "55", "a", "5=", "5='", "5='a", "5=a", "5='a'b", "5='a'6", "='a'",
    "5 ",
    " 5", "5, 6", "5='a b'", "5='a\"b'", "5='a\\b'", "5='a''", "5='中'", "5='\u{7F}'", "5='\u{1F}'",
    "5='a',", "/", ":",
  ])
  func lwm2m545AnythingElseIsRefused(_ text: String) {
    #expect(!isWellFormed(text))
  }

  @Test func randomBytesNeverTrap() {
    var numbers = RepeatableNumbers(state: 9)
    let letters = Array("0123456789,,,,=''''ab".utf8)
    var accepted = 0
    for _ in 0..<20_000 {
      let random = numbers.bytes(upTo: 8)
      let likely = random.map { letters[Int($0) % letters.count] }
      for bytes in [random, likely] where ExecuteArguments.isWellFormed(bytes.span) {
        accepted += 1
      }
    }
    #expect(accepted > 0 && accepted < 40_000)
  }
}
