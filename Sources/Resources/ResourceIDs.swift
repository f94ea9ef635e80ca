package enum NetworkKind {}
package enum SubnetKind {}
package enum PortKind {}
package enum RouterKind {}
package enum RouterVTEPBindingKind {}
package enum RouterVTEPRouteKind {}
package enum HostKind {}
package enum AddressScopeKind {}
package enum FloatingIPKind {}
package enum SubnetPoolKind {}
package enum TrunkKind {}

package typealias NetworkID = Identifier<NetworkKind>
package typealias SubnetID = Identifier<SubnetKind>
package typealias PortID = Identifier<PortKind>
package typealias RouterID = Identifier<RouterKind>
package typealias RouterVTEPBindingID = Identifier<RouterVTEPBindingKind>
package typealias RouterVTEPRouteID = Identifier<RouterVTEPRouteKind>
package typealias HostID = Identifier<HostKind>
package typealias AddressScopeID = Identifier<AddressScopeKind>
package typealias FloatingIPID = Identifier<FloatingIPKind>
package typealias SubnetPoolID = Identifier<SubnetPoolKind>
package typealias TrunkID = Identifier<TrunkKind>
