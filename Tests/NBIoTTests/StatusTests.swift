import CShims
import CoAPWire
import LwM2MClient
import Testing

@testable import NBIoT

@Suite struct StatusTests {
  @Test("a full callback's 0 agrees, a CoAP number refuses, anything else is 5.00")
  func verdicts() {
    #expect(isAgreed(Status.verdict(0, mayDefer: true)))
    #expect(refusal(Status.verdict(404, mayDefer: true)) == .notFound)
    #expect(refusal(Status.verdict(599, mayDefer: true)) == .internalServerError)
    #expect(refusal(Status.verdict(204, mayDefer: true)) == .internalServerError)
    #expect(refusal(Status.verdict(-4, mayDefer: true)) == .internalServerError)
  }

  @Test("NBIOT_ERR_PENDING defers only where there is a request to defer")
  func pending() {
    #expect(isPending(Status.verdict(NBIOT_ERR_PENDING, mayDefer: true)))
    #expect(refusal(Status.verdict(NBIOT_ERR_PENDING, mayDefer: false)) == .internalServerError)
  }

  @Test("connect goes on while the server is silent and ends at once when it refused")
  func connecting() {
    #expect(Status.connecting(.waiting(.silent), .access) == nil)
    #expect(Status.connecting(.registering, .access) == nil)
    #expect(Status.connecting(.waiting(.refused), .access) == NBIOT_ERR_REG_FAILED)
    #expect(Status.connecting(.waiting(.reset), .access) == NBIOT_ERR_SERVER_RESET)
    #expect(Status.connecting(.waiting(.unresolved), .access) == NBIOT_ERR_INVALID_URI)
    #expect(Status.connecting(.waiting(.socket), .access) == NBIOT_ERR_SOCKET)
    #expect(Status.connecting(.updating, .access) == NBIOT_ERR_OK)
  }

  @Test("what a bootstrap server refuses or does not finish is BS_FAILED")
  func bootstrapping() {
    #expect(Status.connecting(.waiting(.refused), .bootstrap) == NBIOT_ERR_BS_FAILED)
    #expect(Status.connecting(.waiting(.overloaded), .bootstrap) == NBIOT_ERR_BS_FAILED)
    #expect(Status.connecting(.waiting(.silent), .bootstrap) == nil)
    #expect(Status.connecting(.waiting(.reset), .bootstrap) == NBIOT_ERR_SERVER_RESET)
    #expect(Status.connecting(.bootstrapping, .bootstrap) == nil)
    #expect(Status.connecting(.holdingOff, .bootstrap) == nil)
    #expect(Status.stepping(.waiting(.silent), .bootstrap) == NBIOT_ERR_BS_FAILED)
    #expect(Status.stepping(.waiting(.silent), .access) == NBIOT_ERR_REG_FAILED)
    #expect(Status.stepping(.bootstrapping, .bootstrap) == NBIOT_ERR_PENDING)
    #expect(Status.state(.holdingOff) == NBIOT_STATE_BOOTSTRAPPING)
    #expect(Status.state(.bootstrapping) == NBIOT_STATE_BOOTSTRAPPING)
  }

  private func isAgreed(_ verdict: Verdict) -> Bool {
    if case .agreed = verdict { true } else { false }
  }

  private func isPending(_ verdict: Verdict) -> Bool {
    if case .pending = verdict { true } else { false }
  }

  private func refusal(_ verdict: Verdict) -> Code? {
    if case .refused(let code) = verdict { code } else { nil }
  }
}
