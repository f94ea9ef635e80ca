import AgentProtocol
import GRPCNIOTransportHTTP2

extension HTTP2ServerTransport.Posix {
    /// The agents' listener: both sides show certificates of the site's CA.
    static func agents(
        _ listener: ManagerConfiguration.Listener, _ certificate: IssuedServerCertificate,
        _ authority: CertificateAuthority
    ) -> Self {
        Self(
            address: listener.socketAddress,
            transportSecurity: .mTLS(
                certificateChain: certificate.chain.map { .bytes($0, format: .der) },
                privateKey: .bytes(certificate.key, format: .der)
            ) { tls in
                tls.trustRoots = .certificates([.bytes(authority.certificateBytes, format: .der)])
                tls.requireALPN = true
            },
            config: .channel)
    }

    /// The join listener: hosts have no certificate yet.
    static func joining(_ listener: ManagerConfiguration.Listener, _ certificate: IssuedServerCertificate) -> Self {
        Self(
            address: listener.socketAddress,
            transportSecurity: .tls(
                certificateChain: certificate.chain.map { .bytes($0, format: .der) },
                privateKey: .bytes(certificate.key, format: .der)
            ) { tls in tls.requireALPN = true },
            config: .channel)
    }
}

extension HTTP2ServerTransport.Posix.Config {
    /// A peer whose machine or network died is noticed within seconds.
    fileprivate static var channel: Self {
        .defaults { config in
            let seconds = Duration.seconds(ChannelLimits.keepaliveSeconds)
            config.connection.keepalive.time = seconds
            config.connection.keepalive.timeout = seconds
            config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(1)
            config.connection.keepalive.clientBehavior.allowWithoutCalls = true
            // One without a stream is of no use to an agent, and costs a descriptor that others need.
            config.connection.maxIdleTime = .seconds(60)
            config.rpc.maxRequestPayloadSize = ChannelLimits.maximumMessageBytes
        }
    }
}

extension ManagerConfiguration.Listener {
    fileprivate var socketAddress: GRPCNIOTransportCore.SocketAddress {
        host.contains(":") ? .ipv6(host: host, port: port) : .ipv4(host: host, port: port)
    }
}
