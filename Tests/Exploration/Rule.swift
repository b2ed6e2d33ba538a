/// What no order of events may bring about.
enum Rule: Int, CaseIterable, Sendable {
  case runsOnce
  case answersAlike
  case oneAtATime
  case attempts
  case pace
  case freshID
  case wellFormed
  case atRest
  case deadline
  case recovers
  case inTime
  case strangers
  case truthful
  case oneEnd
  case capacity
  case location
  case registersAnew
  case early
  case unobserved
  case sleep

  /// The clause, and what it comes to.
  var text: String {
    switch self {
    case .runsOnce: "RFC 7252 4.5: a request is executed at most once"
    case .answersAlike: "RFC 7252 4.5: a duplicate is answered as the first was"
    case .oneAtATime: "RFC 7252 4.7: one confirmable message is outstanding at a time"
    case .attempts:
      "RFC 7252 4.2: no more than MAX_RETRANSMIT retransmissions, none after the answer"
    case .pace:
      "RFC 7252 4.2: each wait is twice the one before, the first ACK_TIMEOUT to 1.5 times that"
    case .freshID: "RFC 7252 4.4: a message ID is new, or the message is the same"
    case .wellFormed: "RFC 7252 3: a datagram is well-formed and within its limit"
    case .atRest: "Verbs: nothing is left to do at rest; an early call changes nothing"
    case .deadline: "Verbs: every wait has a deadline, and not a later one than the law's"
    case .recovers:
      "Policy: with a good link and server the device gets where the application wants it"
    case .inTime: "4.3-4: the Update arrives before the lifetime is over"
    case .strangers:
      "RFC 7252 5.3.2: a response from elsewhere, or with another token, changes nothing"
    case .truthful: "Events: the application is told what happened, when it happened"
    case .oneEnd: "Events: what was begun under an ID ends once"
    case .capacity: "Capacities: no table holds more than it has room for"
    case .location:
      "LwM2M 5.3: Update, De-register and notifications follow a Register; to its location"
    case .registersAnew: "Policy: a refused Update is followed by one Register at once"
    case .early: "4.3-2: no request is served before the server accepted the device"
    case .unobserved:
      "RFC 7641 4.5: who resets a notification, or never acknowledges it, is sent no more of them"
    case .sleep: "4.3-14: a device may sleep when its window is over and nothing is under way"
    }
  }
}

/// How often each rule was looked at, and the first that was broken.
final class Findings {
  private(set) var checks = [Int](repeating: 0, count: Rule.allCases.count)
  private(set) var fault: (rule: Rule, what: String)?
  /// Only this rule is looked at.
  let only: Rule?

  init(only: Rule? = nil) {
    self.only = only
  }

  func check(_ rule: Rule, _ holds: Bool, _ what: @autoclosure () -> String) {
    guard only == nil || only == rule else { return }
    checks[rule.rawValue] += 1
    if !holds, fault == nil { fault = (rule, what()) }
  }

  func forgetFault() { fault = nil }
}
