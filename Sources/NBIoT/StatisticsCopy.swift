import CShims
import LwM2MClient
import NBIoTBytes

extension DeviceReference {
  /// The counters as C sees them: words first, then the use of each table.
  func copyStatistics(to copy: inout nbiot_statistics_t) {
    unsafe withUnsafeMutableBytes(of: &copy) { bytes in
      unsafe withUnsafeBytes(of: device.engine.statistics.counters) {
        unsafe bytes.copyMemory(from: $0)
      }
      var offset = 4 &* device.engine.statistics.counters.count
      var number: UInt8 = 0
      while let table = Statistics.Table(rawValue: number) {
        unsafe bytes.storeBytes(of: usage(table), toByteOffset: offset, as: nbiot_usage_t.self)
        offset &+= MemoryLayout<nbiot_usage_t>.stride
        number &+= 1
      }
    }
  }

  private func usage(_ table: Statistics.Table) -> nbiot_usage_t {
    let counted = device.engine.statistics.usages[Int(table.rawValue)]
    var (used, capacity) = device.engine.occupancy(of: table, now: device.clock.now)
    var peak = Int(counted.peak)
    switch table {
    case .duplicateSlots: peak = max(peak, device.engine.duplicatePeak)
    case .receiveBuffer: capacity = device.receiveBuffer.capacity
    case .sendBuffer: (used, capacity) = (device.unsent, device.sendBuffer.capacity)
    default: break
    }
    return nbiot_usage_t(
      capacity: UInt16(clamping: capacity), used: UInt16(clamping: used),
      peak: UInt16(clamping: max(peak, used)), refused: counted.refused)
  }
}
