// The datapath's tables and the kernel helpers it calls.
//
// One header for everyone who touches a table: the eBPF programs (③), the tables' makers (②), the loader and the tests.
// Compiled for BPF (FORWARDING_PIPELINE_BPF defined) the helpers are kernel calls; compiled for user space they are
// the doubles of user_space.c, so that tests and fuzzers run the very source that runs in the kernel.
//
// Conventions: every address is 16 bytes in network byte order, IPv4 as ::ffff:a.b.c.d (so that IPv6 changes no
// layout); every number that names a device (bridge, router, device port) is site-wide and given by the manager; MTUs
// are of layer 3, in bytes; reserved fields are zero, because hash keys are compared byte by byte.
#pragma once

#include <linux/bpf.h>

struct ip_address {
    __u64 high;
    __u64 low;
};

struct mac_address {
    __u8 octets[6];
};

// What an interface with a program attached is.
enum interface_kind { INTERFACE_PORT = 1, INTERFACE_UPLINK = 2 };
enum interface_flags {
    INTERFACE_PORT_SECURITY = 1,  // sources are checked against mac/address and allowed_sources
    INTERFACE_ADMIN_DOWN = 2,     // nothing may enter
    INTERFACE_DHCP = 4,           // a subnet of its bridge has DHCP on: requests go to the agent
};

// interfaces: __u32 interface index -> struct interface_entry
struct interface_entry {
    __u32 kind;
    __u32 port;    // device port number; for an uplink the number counters go under (its interface index | UPLINK_PORT)
    __u32 bridge;  // number of the bridge the port is on
    __u32 flags;
    struct mac_address mac;
    __u16 reserved;
    struct ip_address address;  // first allowed source address: the fast answer of the anti-spoofing check
};
#define UPLINK_PORT 0x80000000u

// Where a frame goes next.
enum destination_kind {
    DESTINATION_DROP = 0,    // reason: device
    DESTINATION_PORT = 1,    // a local device port: interface, device (port number)
    DESTINATION_TUNNEL = 2,  // encapsulation, local, remote, vni
    DESTINATION_ROUTER = 3,  // device (router number), port (the router port it enters by)
};
enum destination_flags {
    DESTINATION_PEER_DEVICE = 1,  // the interface is a veth: bpf_redirect_peer skips a trip through the backlog
};
enum encapsulation { ENCAPSULATION_VXLAN = 1 };
// Tunnels of a site join its hosts; tunnels of a peering join sites. A frame never leaves by the scope it came from.
enum tunnel_scope { SCOPE_LOCAL = 0, SCOPE_SITE = 1, SCOPE_PEER = 2 };

struct destination {
    __u8 kind;
    __u8 flags;
    __u8 encapsulation;
    __u8 scope;
    __u32 interface;
    __u32 device;
    __u32 port;
    __u32 vni;
    __u32 reserved;
    struct ip_address local;
    struct ip_address remote;
};

// allowed_sources (LPM): who may speak from a port besides its first MAC and address.
struct allowed_source_key {
    __u32 prefix_length;  // 32 + 64 + bits of the address
    __u32 port;
    struct mac_address mac;
    __u16 reserved;
    struct ip_address address;
};
#define ALLOWED_SOURCE_PREFIX 96

// bridges: __u32 number -> struct bridge_entry
enum bridge_flags {
    BRIDGE_FLOOD = 1,  // broadcast, unknown unicast and multicast go to the flood list; without it they are dropped
};
struct bridge_entry {
    __u32 flags;
    __u32 flood_count;  // entries 0..<flood_count of flood_lists
};
// A program copies FLOOD_STEP times and calls itself; the kernel allows 33 such calls.
#define FLOOD_STEP 32
#define MAXIMUM_FLOOD_LIST 1024

// flood_lists: struct flood_key -> struct destination
struct flood_key {
    __u32 bridge;
    __u32 index;
};

// fdb: struct fdb_key -> struct destination
struct fdb_key {
    __u32 bridge;
    __u16 vlan;  // 0: untagged
    struct mac_address mac;
};

// bridge_neighbours: struct neighbour_key (device: bridge number) -> struct mac_address; ARP/ND is answered from it.
// neighbours: struct neighbour_key (device: router port number) -> struct adjacency
struct neighbour_key {
    __u32 device;
    __u32 reserved;
    struct ip_address address;
};

struct adjacency {
    struct mac_address source;
    struct mac_address target;
    __u16 mtu;  // largest layer 3 packet that fits all the way the tables know
    __u16 reserved;
    struct destination destination;
};

// routes (LPM): struct route_key -> struct route_entry
enum route_kind {
    ROUTE_CONNECTED = 1,  // next hop is the packet's destination, on port
    ROUTE_VIA = 2,        // next hop is next_hop, on port
    ROUTE_LOCAL = 3,      // an address of the router itself
    ROUTE_BLACKHOLE = 4,
};
struct route_key {
    __u32 prefix_length;  // 32 + bits of the address
    __u32 router;
    struct ip_address address;
};
#define ROUTE_PREFIX 32
struct route_entry {
    __u32 kind;
    __u32 port;
    struct ip_address next_hop;
};

// router_ports: __u32 device port number -> struct router_port_entry; the face a router shows in ICMP errors.
struct router_port_entry {
    __u32 router;
    struct mac_address mac;
    __u16 reserved;
    __u32 reserved2;
    struct ip_address address;
};

// tunnel_sources: struct tunnel_source_key -> struct tunnel_source: who may send us which VNI, and where it leads.
struct tunnel_source_key {
    struct ip_address local;
    struct ip_address remote;
    __u32 vni;
    __u32 encapsulation;
};
struct tunnel_source {
    __u32 bridge;
    __u32 scope;
};

// tunnel_endpoints: struct tunnel_endpoint_key -> __u32 (1). With vni 0: the address is a tunnel IP of this host.
// Only the drop path reads it, to tell an unknown VNI from an unknown sender.
struct tunnel_endpoint_key {
    struct ip_address local;
    __u32 vni;
    __u32 encapsulation;
};

// host_addresses: struct ip_address -> __u32 (1): every address of this host, tunnel IP or not.

// settings: array of one.
struct datapath_settings {
    __u32 lookup_interface;  // an interface of ours with forwarding on: bpf_fib_lookup asks on its behalf
    __u32 reserved;
};

// port_counters (per CPU): __u32 port -> struct port_counters.
// received = delivered + tunnelled + flooded + answered + punted + sum of the port's drops.
struct port_counters {
    __u64 received;
    __u64 received_bytes;
    __u64 delivered;   // to a device port of this host
    __u64 tunnelled;
    __u64 flooded;     // copied to a bridge's flood list
    __u64 answered;    // ARP and echo answered by the datapath itself
    __u64 punted;      // to the agent
    __u64 passed;      // uplink only: not ours, left to the host's stack
    __u64 icmp_errors; // sent because of a drop counted elsewhere
};

// drops (per CPU): struct drop_key -> __u64
struct drop_key {
    __u32 port;
    __u32 reason;
};

// The names the operator sees are in ForwardingTables/DropReason.swift, in this order.
enum drop_reason {
    DROP_UNSPECIFIED = 0,
    DROP_UNKNOWN_INTERFACE,
    DROP_PORT_ADMIN_DOWN,
    DROP_MALFORMED_FRAME,
    DROP_VLAN_TAGGED,
    DROP_SPOOFED_MAC,
    DROP_SPOOFED_ADDRESS,
    DROP_SPOOFED_ARP,
    DROP_SPOOFED_DHCP,
    DROP_PROTOCOL_NOT_ALLOWED,
    DROP_UNKNOWN_MAC,
    DROP_SPLIT_HORIZON,
    DROP_HAIRPIN,
    DROP_NO_FLOOD,
    DROP_FLOOD_LIST_TOO_LONG,
    DROP_DEVICE_ADMIN_DOWN,
    DROP_NOT_ROUTABLE,
    DROP_MALFORMED_IP,
    DROP_NO_ROUTE,
    DROP_BLACKHOLE_ROUTE,
    DROP_NO_NEIGHBOUR,
    DROP_TTL_EXCEEDED,
    DROP_PACKET_TOO_BIG,
    DROP_ROUTER_ADDRESS,
    DROP_TOO_MANY_DEVICES,
    DROP_NO_UNDERLAY_ROUTE,
    DROP_ENCAPSULATION_FAILED,
    DROP_DECAPSULATION_FAILED,
    DROP_OUTER_MALFORMED,
    DROP_OUTER_FRAGMENT,
    DROP_UNKNOWN_TUNNEL_IP,
    DROP_VXLAN_FLAGS,
    DROP_UNKNOWN_VNI,
    DROP_UNKNOWN_TUNNEL_SOURCE,
    DROP_INNER_VLAN_TAGGED,
    DROP_ECN_CONGESTION,
    DROP_PUNT_RATE_LIMITED,
    DROP_PUNT_QUEUE_FULL,
    DROP_REASON_COUNT,
};

// punts (ring buffer): struct punt_header, then the frame.
enum punt_reason { PUNT_DHCP = 1 };
#define MAXIMUM_PUNT_FRAME 1536
struct punt_header {
    __u32 port;
    __u32 interface;
    __u32 reason;
    __u32 length;  // bytes of the frame that follow
};
struct punt_record {
    struct punt_header header;
    __u8 frame[MAXIMUM_PUNT_FRAME];
};
// punt_budgets: __u32 port -> struct token_bucket; made by the agent with the port.
struct token_bucket {
    __u64 updated;  // nanoseconds of the monotonic clock
    __u64 tokens;   // thousandths
};
#define PUNTS_PER_SECOND 20
#define PUNT_BURST 40

#define MAXIMUM_DEVICES 16
#define VXLAN_PORT 4789

#define TABLE(name, map_type, key_type, value_type, entries, extra) \
    struct table_##name { \
        int (*type)[map_type]; \
        key_type *key; \
        value_type *value; \
        int (*max_entries)[entries]; \
        extra \
    };
#define ON_DEMAND int (*map_flags)[BPF_F_NO_PREALLOC];

#define TABLES(T) \
    T(interfaces, BPF_MAP_TYPE_HASH, __u32, struct interface_entry, 16384, ON_DEMAND) \
    T(allowed_sources, BPF_MAP_TYPE_LPM_TRIE, struct allowed_source_key, __u32, 131072, ON_DEMAND) \
    T(bridges, BPF_MAP_TYPE_HASH, __u32, struct bridge_entry, 16384, ON_DEMAND) \
    T(flood_lists, BPF_MAP_TYPE_HASH, struct flood_key, struct destination, 131072, ON_DEMAND) \
    T(fdb, BPF_MAP_TYPE_HASH, struct fdb_key, struct destination, 262144, ON_DEMAND) \
    T(bridge_neighbours, BPF_MAP_TYPE_HASH, struct neighbour_key, struct mac_address, 262144, ON_DEMAND) \
    T(neighbours, BPF_MAP_TYPE_HASH, struct neighbour_key, struct adjacency, 262144, ON_DEMAND) \
    T(routes, BPF_MAP_TYPE_LPM_TRIE, struct route_key, struct route_entry, 1048576, ON_DEMAND) \
    T(router_ports, BPF_MAP_TYPE_HASH, __u32, struct router_port_entry, 65536, ON_DEMAND) \
    T(tunnel_sources, BPF_MAP_TYPE_HASH, struct tunnel_source_key, struct tunnel_source, 131072, ON_DEMAND) \
    T(tunnel_endpoints, BPF_MAP_TYPE_HASH, struct tunnel_endpoint_key, __u32, 65536, ON_DEMAND) \
    T(host_addresses, BPF_MAP_TYPE_HASH, struct ip_address, __u32, 4096, ON_DEMAND) \
    T(settings, BPF_MAP_TYPE_ARRAY, __u32, struct datapath_settings, 1, ) \
    T(port_counters, BPF_MAP_TYPE_PERCPU_HASH, __u32, struct port_counters, 16384, ON_DEMAND) \
    T(drops, BPF_MAP_TYPE_PERCPU_HASH, struct drop_key, __u64, 65536, ON_DEMAND) \
    T(punt_budgets, BPF_MAP_TYPE_HASH, __u32, struct token_bucket, 16384, ON_DEMAND)
TABLES(TABLE)
// Programs that continue another's work (tail calls), by enum continuation; filled by the loader.
enum continuation { CONTINUATION_FLOOD = 0, CONTINUATION_COUNT };
struct table_continuations {
    int (*type)[BPF_MAP_TYPE_PROG_ARRAY];
    __u32 *key;
    __u32 *value;
    int (*max_entries)[CONTINUATION_COUNT];
};
// What the host's routing answered for a tunnel's outer packet, kept by the datapath for itself, per CPU, for this and the
// next tick of the kernel's clock (4 ms each, or as CONFIG_HZ says). Asking takes as long as a whole packet's other
// look-ups; so at most some ticks' packets still take the way of a route that has just changed, with no process needed to
// say so (S0-08).
struct underlay_answer {
    __u32 local;  // IPv4, network byte order
    __u32 remote;
    __u64 tick;
    __u32 interface;
    __u32 mtu;     // of the interface
    __u64 source;  // MACs: 48 bits as they lie in memory
    __u64 target;
};
#define UNDERLAY_ANSWERS 256
struct table_underlay_answers {
    int (*type)[BPF_MAP_TYPE_PERCPU_ARRAY];
    __u32 *key;
    struct underlay_answer *value;
    int (*max_entries)[UNDERLAY_ANSWERS];
};
// How a router of a bridge sends on to an address: what the walk from fdb over routes to neighbours found, kept by the
// datapath for itself, per CPU. It is true only of tables that have not changed since: it holds while table_generation is
// the same even number as before the walk, so a shortcut never leads where the walk would not.
struct flow_answer {
    __u64 generation;
    __u64 mac;  // of the router on the bridge
    __u32 bridge;
    __u32 address;  // IPv4, network byte order
    struct adjacency adjacency;
};
#define FLOW_ANSWERS 4096
struct table_flow_answers {
    int (*type)[BPF_MAP_TYPE_PERCPU_ARRAY];
    __u32 *key;
    struct flow_answer *value;
    int (*max_entries)[FLOW_ANSWERS];
};
// A number for the state of the tables. Whoever writes them makes it odd before the first write and the next even number
// after the last; if it dies in between, packets walk. 0: nobody numbers these tables.
struct table_table_generation {
    int (*type)[BPF_MAP_TYPE_ARRAY];
    __u32 *key;
    __u64 *value;
    int (*max_entries)[1];
};
struct table_punts {
    int (*type)[BPF_MAP_TYPE_RINGBUF];
    int (*max_entries)[1048576];
};

#define DECLARE_TABLE(name, ...) extern struct table_##name name;
TABLES(DECLARE_TABLE)
extern struct table_punts punts;
extern struct table_underlay_answers underlay_answers;
extern struct table_flow_answers flow_answers;
extern struct table_table_generation table_generation;
extern struct table_continuations continuations;
#include "trace_records.h"

#ifdef FORWARDING_PIPELINE_BPF
#include "kernel_helpers.h"
#else
#include "user_space_helpers.h"
#endif
#include "table_lookups.h"
