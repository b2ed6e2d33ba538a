// swift-format-ignore-file: AlwaysUseLowerCamelCase

import LwM2MClient

// Sizes that `make budget` reads out of the built object and writes into nbiot_budget.h. No header declares these
// functions, so the archive does not have them.

@c public func nbiot_budget_probe_device() -> Int32 { Int32(MemoryLayout<Device>.size) }
@c public func nbiot_budget_probe_slot() -> Int32 { Int32(MemoryLayout<ValueSlot>.stride) }
@c public func nbiot_budget_probe_lent() -> Int32 { Int32(MemoryLayout<LentValue>.stride) }
@c public func nbiot_budget_probe_builtin() -> Int32 { Int32(BuiltInSlot.count) }
@c public func nbiot_budget_probe_resource() -> Int32 { Int32(TableStride.resource) }
@c public func nbiot_budget_probe_observation() -> Int32 { Int32(TableStride.observation) }
@c public func nbiot_budget_probe_account() -> Int32 { Int32(TableStride.account) }
@c public func nbiot_budget_probe_attributes() -> Int32 { Int32(TableStride.attributes) }
@c public func nbiot_budget_probe_duplicate() -> Int32 { Int32(TableStride.duplicate) }
@c public func nbiot_budget_probe_deferred() -> Int32 { Int32(TableStride.deferred) }
@c public func nbiot_budget_probe_transfer() -> Int32 { Int32(TableStride.transfer) }
@c public func nbiot_budget_probe_report() -> Int32 { Int32(TableStride.report) }
