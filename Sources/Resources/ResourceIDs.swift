package enum NetworkKind {}
package enum SubnetKind {}
package enum PortKind {}
package enum RouterKind {}
package enum RouterVTEPBindingKind {}
package enum RouterVTEPRouteKind {}
package enum HostKind {}

package typealias NetworkID = Identifier<NetworkKind>
package typealias SubnetID = Identifier<SubnetKind>
package typealias PortID = Identifier<PortKind>
package typealias RouterID = Identifier<RouterKind>
package typealias RouterVTEPBindingID = Identifier<RouterVTEPBindingKind>
package typealias RouterVTEPRouteID = Identifier<RouterVTEPRouteKind>
package typealias HostID = Identifier<HostKind>
