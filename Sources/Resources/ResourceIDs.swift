package enum GatewayDeviceKind {}
package enum L2GatewayConnectionKind {}
package enum L2GatewayKind {}
package enum NetworkKind {}
package enum SubnetKind {}
package enum PortKind {}
package enum RemoteMACEntryKind {}
package enum RouterKind {}
package enum RouterVTEPBindingKind {}
package enum RouterVTEPRouteKind {}
package enum HostKind {}
package enum AddressScopeKind {}
package enum FloatingIPKind {}
package enum SubnetPoolKind {}
package enum TrunkKind {}
package enum SecurityGroupKind {}
package enum SecurityGroupRuleKind {}
package enum AddressGroupKind {}
package enum RBACPolicyKind {}
package enum QuotaKind {}

package typealias GatewayDeviceID = Identifier<GatewayDeviceKind>
package typealias L2GatewayConnectionID = Identifier<L2GatewayConnectionKind>
package typealias L2GatewayID = Identifier<L2GatewayKind>
package typealias NetworkID = Identifier<NetworkKind>
package typealias SubnetID = Identifier<SubnetKind>
package typealias PortID = Identifier<PortKind>
package typealias RemoteMACEntryID = Identifier<RemoteMACEntryKind>
package typealias RouterID = Identifier<RouterKind>
package typealias RouterVTEPBindingID = Identifier<RouterVTEPBindingKind>
package typealias RouterVTEPRouteID = Identifier<RouterVTEPRouteKind>
package typealias HostID = Identifier<HostKind>
package typealias AddressScopeID = Identifier<AddressScopeKind>
package typealias FloatingIPID = Identifier<FloatingIPKind>
package typealias SubnetPoolID = Identifier<SubnetPoolKind>
package typealias TrunkID = Identifier<TrunkKind>
package typealias SecurityGroupID = Identifier<SecurityGroupKind>
package typealias SecurityGroupRuleID = Identifier<SecurityGroupRuleKind>
package typealias AddressGroupID = Identifier<AddressGroupKind>
package typealias RBACPolicyID = Identifier<RBACPolicyKind>
package typealias QuotaID = Identifier<QuotaKind>
