import CShims
import LwM2MClient
import NBIoTBytes

extension DeviceReference {
  /// The counters as C sees them: words first, then the use of each table.
  func copyStatistics(to copy: inout nbiot_statistics_t) {
    unsafe withUnsafeMutableBytes(of: &copy) { bytes in
      let words = device.engine.statistics.counters.count
      unsafe withUnsafeBytes(of: device.engine.statistics.counters) {
        unsafe bytes.copyMemory(from: $0)
      }
      for index in 0..<Statistics.Table.count {
        unsafe bytes.storeBytes(
          of: usage(index), toByteOffset: 4 &* words &+ 8 &* index, as: nbiot_usage_t.self)
      }
    }
  }

  private func usage(_ index: Int) -> nbiot_usage_t {
    guard let table = Statistics.Table(rawValue: UInt8(truncatingIfNeeded: index)) else {
      return nbiot_usage_t()
    }
    let counted = device.engine.statistics[table]
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
