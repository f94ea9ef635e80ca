package enum NetworkKind {}
package enum SubnetKind {}
package enum PortKind {}
package enum RouterKind {}
package enum RouterVTEPBindingKind {}
package enum RouterVTEPRouteKind {}
package enum HostKind {}
package enum SecurityGroupKind {}
package enum SecurityGroupRuleKind {}
package enum AddressGroupKind {}
package enum RBACPolicyKind {}
package enum QuotaKind {}

package typealias NetworkID = Identifier<NetworkKind>
package typealias SubnetID = Identifier<SubnetKind>
package typealias PortID = Identifier<PortKind>
package typealias RouterID = Identifier<RouterKind>
package typealias RouterVTEPBindingID = Identifier<RouterVTEPBindingKind>
package typealias RouterVTEPRouteID = Identifier<RouterVTEPRouteKind>
package typealias HostID = Identifier<HostKind>
package typealias SecurityGroupID = Identifier<SecurityGroupKind>
package typealias SecurityGroupRuleID = Identifier<SecurityGroupRuleKind>
package typealias AddressGroupID = Identifier<AddressGroupKind>
package typealias RBACPolicyID = Identifier<RBACPolicyKind>
package typealias QuotaID = Identifier<QuotaKind>
