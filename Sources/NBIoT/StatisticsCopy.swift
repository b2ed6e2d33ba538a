import CShims
import LwM2MClient
import NBIoTBytes

extension DeviceReference {
  /// The counters as C sees them.
  func statistics() -> nbiot_statistics_t {
    let counted = device.engine.statistics
    var copy = nbiot_statistics_t()
    copy.datagrams_in = counted.datagramsIn
    copy.datagrams_out = counted.datagramsOut
    copy.bytes_in = counted.bytesIn
    copy.bytes_out = counted.bytesOut
    copy.retransmissions = counted.retransmissions
    copy.duplicates = counted.duplicates
    copy.requests = counted.requests
    copy.notifications = counted.notifications
    copy.resets = counted.resets
    copy.socket_errors = device.socketErrors
    copy.clock_steps = device.clock.steps
    unsafe withUnsafeMutableBytes(of: &copy.dropped) { bytes in
      let dropped = unsafe bytes.assumingMemoryBound(to: UInt32.self)
      for cause in 0..<DropCause.count { unsafe dropped[cause] = counted.dropped[cause] }
    }
    copyUsage(of: counted, to: &copy)
    return copy
  }

  private func copyUsage(of counted: Statistics, to copy: inout nbiot_statistics_t) {
    let now = device.engine.occupancy(now: device.clock.now)
    copy.resources = usage(counted.resources, now.resourceCapacity, now.resources)
    copy.observations = usage(
      counted.observations, now.observationCapacity, now.observations)
    copy.attributes = usage(counted.attributes, now.attributeCapacity, now.attributes)
    copy.duplicate_slots = usage(
      counted.duplicateSlots, now.duplicateCapacity, now.duplicates)
    copy.duplicate_slots.peak = max(
      copy.duplicate_slots.peak, UInt16(clamping: now.duplicatePeak))
    copy.deferred = usage(counted.deferred, now.deferredCapacity, now.deferred)
    copy.outstanding = usage(counted.outstanding, now.reportCapacity, now.reports)
    copy.receive_buffer = usage(counted.receiveBuffer, device.receiveBuffer.capacity, 0)
    copy.send_buffer = usage(counted.sendBuffer, device.sendBuffer.capacity, device.unsent)
  }

  private func usage(_ usage: Usage, _ capacity: Int, _ used: Int) -> nbiot_usage_t {
    nbiot_usage_t(
      capacity: UInt16(clamping: capacity), used: UInt16(clamping: used),
      peak: max(usage.peak, UInt16(clamping: used)), refused: usage.refused)
  }
}
