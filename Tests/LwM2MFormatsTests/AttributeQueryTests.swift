import LwM2MModel
import NBIoTBytes
import Testing

@testable import LwM2MFormats

private func apply(_ segment: String, to query: inout AttributeQuery) -> Bool {
  query.apply(Array(segment.utf8).span)
}

@Suite struct AttributeQueryTests {
  @Test func lwm2m512EveryAttributeIsSet() {
    var query = AttributeQuery()
    for segment in ["pmin=10", "pmax=60", "gt=50", "lt=42.2", "st=0.5"] {
      #expect(apply(segment, to: &query))
    }
    #expect(query.attributes.minimumPeriod == 10)
    #expect(query.attributes.maximumPeriod == 60)
    #expect(query.attributes.greaterThan == 50)
    #expect(query.attributes.lessThan == 42.2)
    #expect(query.attributes.step == 0.5)
  }

  @Test func lwm2m544ANameAloneUnsetsAndTheRestStays() {
    var attributes = Attributes()
    attributes.set(.minimumPeriod, seconds: 1)
    attributes.set(.maximumPeriod, seconds: 2)
    attributes.set(.greaterThan, number: 3)
    attributes.set(.lessThan, number: 4)
    attributes.set(.step, number: 5)
    var query = AttributeQuery(attributes)
    #expect(apply("pmin", to: &query))
    #expect(query.attributes.minimumPeriod == nil)
    #expect(query.attributes.maximumPeriod == 2)
    #expect(apply("gt=-7", to: &query))
    #expect(query.attributes.greaterThan == -7)
    for name in ["pmax", "lt", "st"] { #expect(apply(name, to: &query)) }
    #expect(query.attributes.maximumPeriod == nil)
    #expect(query.attributes.lessThan == nil)
    #expect(query.attributes.step == nil)
  }

  @Test(arguments: ["pmin=0", "pmax=4294967295", "pmin=007", "lt=1e3", "gt=+1.5", "st=.5"])
  func valuesAtTheEdgeAreTaken(_ segment: String) {
    var query = AttributeQuery()
    #expect(apply(segment, to: &query))
    #expect(!query.attributes.isEmpty)
  }

  @Test(arguments: [
    "", "=", "=1", "pmin=", "gt=", "pmin=-1", "pmin=+1", "pmin=-0", "pmin=1.5", "pmin=4294967296",
    "pmin=99999999999999999999", "pmin=1 ", "pmin= 1", "pmin=x", "gt=nan", "gt=inf", "gt=1e999",
    "gt=1,5", "lt=x", "st=0x1", "pmin==1", "pmi=1", "PMIN=1", "pminx=1", "epmin=1", "foo", "ver=1",
    "dim=1", "stp=1", "stp", "\u{0}gt=1", "\u{0}\u{0}gt",
  ])
  func whatIsNoAttributeIsRefusedAndChangesNothing(_ segment: String) {
    var attributes = Attributes()
    attributes.set(.minimumPeriod, seconds: 5)
    var query = AttributeQuery(attributes)
    #expect(!apply(segment, to: &query))
    #expect(query.attributes.minimumPeriod == 5)
    #expect(query.attributes.hasThreshold == false)
    #expect(apply("pmin=6", to: &query))
  }

  @Test(arguments: [("pmin=1", "pmin=2"), ("gt", "gt=2"), ("st=1", "st"), ("st=1", "stp=1")])
  func anAttributeNamedTwiceIsRefused(_ first: String, _ second: String) {
    var query = AttributeQuery(acceptsStp: true)
    #expect(apply(first, to: &query))
    #expect(!apply(second, to: &query))
  }

  @Test func stpMeansStWhereItIsAccepted() {
    var query = AttributeQuery(acceptsStp: true)
    #expect(apply("stp=2", to: &query))
    #expect(query.attributes.step == 2)
  }

  @Test func randomBytesNeverTrap() {
    var numbers = RepeatableNumbers(state: 8)
    let letters = Array("pminaxgtlst=.-+e0123456789".utf8)
    var accepted = 0
    for _ in 0..<20_000 {
      let random = numbers.bytes(upTo: 6)
      let likely = random.map { letters[Int($0) % letters.count] }
      for bytes in [random, likely, Array("gt=".utf8) + likely] {
        var query = AttributeQuery(acceptsStp: true)
        if query.apply(bytes.span) { accepted += 1 }
      }
    }
    #expect(accepted > 0)
  }
}
