import Testing

@testable import LwM2MModel

private func thresholds(lt: Double?, gt: Double?, st: Double?) -> Attributes {
  var attributes = Attributes()
  if let lt { attributes.set(.lessThan, number: lt) }
  if let gt { attributes.set(.greaterThan, number: gt) }
  if let st { attributes.set(.step, number: st) }
  return attributes
}

@Suite struct AttributesTests {
  @Test(
    "LwM2M 1.0 5.1.2: attributes are empty until one is set, and only gt, lt, st are thresholds")
  func emptiness() {
    #expect(Attributes().isEmpty == true)
    var periods = Attributes()
    periods.set(.minimumPeriod, seconds: 0)
    #expect(periods.isEmpty == false && periods.hasThreshold == false)
    periods = Attributes()
    periods.set(.maximumPeriod, seconds: 60)
    #expect(periods.isEmpty == false && periods.hasThreshold == false)
    for attributes in [
      thresholds(lt: 0, gt: nil, st: nil), thresholds(lt: nil, gt: 0, st: nil),
      thresholds(lt: nil, gt: nil, st: 1),
    ] {
      #expect(attributes.isEmpty == false && attributes.hasThreshold == true)
    }
  }

  @Test("LwM2M 1.0 5.1.2: each attribute that is not set is inherited, each that is set stays")
  func inheritance() {
    for mask in 0..<32 {
      var inner = Attributes()
      if mask & 1 != 0 { inner.set(.minimumPeriod, seconds: 1) }
      if mask & 2 != 0 { inner.set(.maximumPeriod, seconds: 2) }
      if mask & 4 != 0 { inner.set(.greaterThan, number: 3) }
      if mask & 8 != 0 { inner.set(.lessThan, number: 4) }
      if mask & 16 != 0 { inner.set(.step, number: 5) }
      var outer = Attributes()
      outer.set(.minimumPeriod, seconds: 10)
      outer.set(.maximumPeriod, seconds: 20)
      outer.set(.greaterThan, number: 30)
      outer.set(.lessThan, number: 40)
      outer.set(.step, number: 50)
      inner.inherit(outer)
      #expect(inner.minimumPeriod == (mask & 1 != 0 ? 1 : 10))
      #expect(inner.maximumPeriod == (mask & 2 != 0 ? 2 : 20))
      #expect(inner.greaterThan == (mask & 4 != 0 ? 3 : 30))
      #expect(inner.lessThan == (mask & 8 != 0 ? 4 : 40))
      #expect(inner.step == (mask & 16 != 0 ? 5 : 50))
    }
  }

  @Test("LwM2M 1.0 5.1.2: nothing is inherited from empty attributes")
  func inheritingNothing() {
    var attributes = Attributes()
    attributes.inherit(Attributes())
    #expect(attributes.isEmpty == true)
  }

  @Test("LwM2M 1.0 5.1.2: lt must be below gt")
  func lessThanBelowGreaterThan() {
    #expect(thresholds(lt: 1, gt: 2, st: nil).isCoherent == true)
    #expect(thresholds(lt: 2, gt: 2, st: nil).isCoherent == false)
    #expect(thresholds(lt: 3, gt: 2, st: nil).isCoherent == false)
    #expect(thresholds(lt: -2, gt: -1.5, st: nil).isCoherent == true)
  }

  @Test("LwM2M 1.0 5.1.2: lt plus twice st must be below gt")
  func stepFitsBetween() {
    #expect(thresholds(lt: 10, gt: 20, st: 4.5).isCoherent == true)
    #expect(thresholds(lt: 10, gt: 20, st: 5).isCoherent == false)
    #expect(thresholds(lt: 10, gt: 20, st: 6).isCoherent == false)
    let huge = Double.greatestFiniteMagnitude
    #expect(thresholds(lt: 10, gt: 20, st: huge).isCoherent == false)
  }

  @Test("LwM2M 1.0 5.1.2: two of lt, gt and st alone do not contradict each other")
  func incompleteSets() {
    #expect(thresholds(lt: 10, gt: nil, st: 100).isCoherent == true)
    #expect(thresholds(lt: nil, gt: 10, st: 100).isCoherent == true)
    #expect(thresholds(lt: nil, gt: nil, st: nil).isCoherent == true)
  }

  @Test("A step of zero, below zero or that is no number is incoherent")
  func stepIsPositive() {
    for step in [0, -1, Double.nan] {
      #expect(thresholds(lt: nil, gt: nil, st: step).isCoherent == false, "\(step)")
      #expect(thresholds(lt: 0, gt: 10, st: step).isCoherent == false, "\(step)")
    }
  }

  @Test("A threshold that is no number is incoherent, alone too")
  func thresholdsAreNumbers() {
    #expect(thresholds(lt: .nan, gt: 1, st: nil).isCoherent == false)
    #expect(thresholds(lt: .nan, gt: nil, st: nil).isCoherent == false)
    #expect(thresholds(lt: nil, gt: .nan, st: nil).isCoherent == false)
  }
}
