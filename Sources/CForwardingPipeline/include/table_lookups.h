// Typed look-ups. Swift can't take the address of a C global as an untyped map, and a typed wrapper can't be given the
// wrong key.
#pragma once

#pragma clang assume_nonnull begin

// A MAC as a number: 48 bits as they lie in memory.
static inline __u64 load_48(const void *from) { return load_32(from) | (__u64)load_16((const __u8 *)from + 4) << 32; }
static inline void store_48(void *to, __u64 value) {
    store_32(to, (__u32)value);
    store_16((__u8 *)to + 4, (__u16)(value >> 32));
}
static inline __u64 mac_of(const struct mac_address *mac) { return load_48(mac); }
static inline __u64 mac_of_interface(const struct interface_entry *interface) { return load_48(&interface->mac); }
static inline __u64 source_of(const struct adjacency *adjacency) { return load_48(&adjacency->source); }
static inline __u64 target_of(const struct adjacency *adjacency) { return load_48(&adjacency->target); }
// Keys are on the stack, of which the verifier lets words be written at multiples of their size only.
static inline void set_key_mac(struct mac_address *key, __u64 mac) {
    store_16(key, (__u16)mac);
    store_16((__u8 *)key + 2, (__u16)(mac >> 16));
    store_16((__u8 *)key + 4, (__u16)(mac >> 32));
}

static inline const struct interface_entry *_Nullable find_interface(const __u32 *index) {
    return bpf_map_lookup_elem(&interfaces, index);
}
static inline const __u32 *_Nullable find_allowed_source(__u32 port, __u64 mac, const struct ip_address *address) {
    struct allowed_source_key key = {.prefix_length = ALLOWED_SOURCE_PREFIX + 128, .port = port, .address = *address};
    set_key_mac(&key.mac, mac);
    return bpf_map_lookup_elem(&allowed_sources, &key);
}
static inline const struct bridge_entry *_Nullable find_bridge(const __u32 *number) {
    return bpf_map_lookup_elem(&bridges, number);
}
static inline const struct destination *_Nullable find_flood_entry(const struct flood_key *key) {
    return bpf_map_lookup_elem(&flood_lists, key);
}
static inline const struct destination *_Nullable find_mac(__u32 bridge, __u64 mac) {
    struct fdb_key key = {.bridge = bridge};
    set_key_mac(&key.mac, mac);
    return bpf_map_lookup_elem(&fdb, &key);
}
static inline const struct mac_address *_Nullable find_bridge_neighbour(const struct neighbour_key *key) {
    return bpf_map_lookup_elem(&bridge_neighbours, key);
}
static inline const struct adjacency *_Nullable find_neighbour(const struct neighbour_key *key) {
    return bpf_map_lookup_elem(&neighbours, key);
}
static inline const struct destination *destination_of(const struct adjacency *adjacency) {
    return &adjacency->destination;
}
static inline const struct route_entry *_Nullable find_route(const struct route_key *key) {
    return bpf_map_lookup_elem(&routes, key);
}
static inline const struct router_port_entry *_Nullable find_router_port(const __u32 *number) {
    return bpf_map_lookup_elem(&router_ports, number);
}
static inline const struct tunnel_source *_Nullable find_tunnel_source(const struct tunnel_source_key *key) {
    return bpf_map_lookup_elem(&tunnel_sources, key);
}
static inline const __u32 *_Nullable find_tunnel_endpoint(const struct tunnel_endpoint_key *key) {
    return bpf_map_lookup_elem(&tunnel_endpoints, key);
}
static inline const __u32 *_Nullable find_host_address(const struct ip_address *address) {
    return bpf_map_lookup_elem(&host_addresses, address);
}
static inline const struct datapath_settings *_Nullable find_settings(void) {
    __u32 only = 0;
    return bpf_map_lookup_elem(&settings, &only);
}
static inline struct port_counters *_Nullable find_port_counters(const __u32 *port) {
    return bpf_map_lookup_elem(&port_counters, port);
}
static inline __u64 *_Nullable find_drop_counter(const struct drop_key *key) {
    return bpf_map_lookup_elem(&drops, key);
}
static inline void create_drop_counter(const struct drop_key *key, const __u64 *first) {
    bpf_map_update_elem(&drops, key, first, BPF_NOEXIST);
}
static inline struct token_bucket *_Nullable find_punt_budget(const __u32 *port) {
    return bpf_map_lookup_elem(&punt_budgets, port);
}
static inline struct punt_record *_Nullable reserve_punt(void) {
    return bpf_ringbuf_reserve(&punts, sizeof(struct punt_record), 0);
}
static inline void *frame_of(struct punt_record *record) { return record->frame; }
static inline void submit_punt(struct punt_record *record) { bpf_ringbuf_submit(record, 0); }

#ifdef FORWARDING_PIPELINE_TRACE
// A trace walks, and asks the underlay itself: it shall show why, and leave nothing remembered.
static inline __u64 settled_generation(void) { return 0; }
static inline __u64 settled_generation_for_walk(void) { return 0; }
#else
// What the state of the tables is called; 0 while they change, and when nobody numbers them.
static inline __u64 settled_generation(void) {
    __u32 only = 0;
    const volatile __u64 *number = bpf_map_lookup_elem(&table_generation, &only);
    if (!number) return 0;
    const __u64 generation = *number;
    return generation & 1 ? 0 : generation;
}
// The same for a walk that begins: nothing the walk reads may be read before it, on any machine.
static inline __u64 settled_generation_for_walk(void) {
    __u32 only = 0;
    __u64 *number = bpf_map_lookup_elem(&table_generation, &only);
    if (!number || !*(volatile __u64 *)number) return 0;
    const __u64 generation = __sync_fetch_and_add(number, 0);
    return generation & 1 ? 0 : generation;
}
#endif
// Where an answer is kept, right or not.
static inline struct flow_answer *_Nullable flow_answer_for(__u32 bridge, __u64 mac, __u32 address) {
    __u32 mixed = (address ^ bridge * 0x9e3779b1u ^ (__u32)(mac >> 16)) * 0x85ebca6bu;
    __u32 index = mixed >> 20;
    return bpf_map_lookup_elem(&flow_answers, &index);
}
static inline const struct adjacency *adjacency_in(const struct flow_answer *answer) { return &answer->adjacency; }
static inline const struct adjacency *adjacency_of(const struct destination *destination) {
    return (const struct adjacency *)((const __u8 *)destination - __builtin_offsetof(struct adjacency, destination));
}
static inline void keep_flow_answer(
    struct flow_answer *answer, __u64 generation, __u32 bridge, __u64 mac, const struct destination *destination,
    __u32 address) {
    answer->bridge = bridge;
    answer->mac = mac;
    answer->address = address;
    answer->adjacency = *adjacency_of(destination);
    answer->generation = generation;
}

// Encapsulation grows the packet between its Ethernet header and a copy of it: outer IPv4, UDP and VXLAN, then the
// inner Ethernet header. Only the inner Ethernet header is told as layer 2, so that software segmentation finds it.
#define VXLAN_OVERHEAD 50
//
// A packet that came out of a tunnel may still be marked as encapsulated (GRO, or a sender on this machine), with its
// inner headers where they will be again: then the kernel refuses to mark it twice (EALREADY), and room is all it needs.
static inline long grow_for_encapsulation(socket_buffer *buffer) {
    const __u64 keep = BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET;
    const long already = -114;
    long result = bpf_skb_adjust_room(
        buffer, VXLAN_OVERHEAD, BPF_ADJ_ROOM_MAC,
        keep | BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L4_UDP | BPF_F_ADJ_ROOM_ENCAP_L2(14) |
            (1ULL << 6) /* ENCAP_L2_ETH */);
    if (result == already) result = bpf_skb_adjust_room(buffer, VXLAN_OVERHEAD, BPF_ADJ_ROOM_MAC, keep);
    return result;
}
// The same room for a frame that is not IP, of which the kernel lets nothing be changed behind the Ethernet header
// (ENOTSUPP). Such a frame is never a super-packet, so nobody needs to be told of inner headers.
static inline long grow_before_ethernet(socket_buffer *buffer) {
    return bpf_skb_change_head(buffer, VXLAN_OVERHEAD, 0);
}
static inline long shrink_after_decapsulation(socket_buffer *buffer) {
    return bpf_skb_adjust_room(
        buffer, -VXLAN_OVERHEAD, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET);
}
static inline long change_after_ethernet(socket_buffer *buffer, __s32 bytes) {
    return bpf_skb_adjust_room(
        buffer, bytes, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET);
}
// Bytes set aside while the packet they are from changes its shape.
struct kept_bytes {
    __u8 bytes[64];
};
static inline long keep_bytes(const socket_buffer *buffer, __u32 offset, struct kept_bytes *kept, __u32 length) {
    return bpf_skb_load_bytes(buffer, offset, kept->bytes, length);
}
static inline long put_back(socket_buffer *buffer, __u32 offset, const struct kept_bytes *kept, __u32 length) {
    return bpf_skb_store_bytes(buffer, offset, kept->bytes, length, 0);
}
static inline __s64 checksum_of(const void *bytes, __u32 length) { return bpf_csum_diff((const void *)0, 0, bytes, length, 0); }

// The underlay's answer for an outer packet: where it goes, or which next hop must first be resolved.
struct underlay_route {
    __u32 interface;
    __u32 next_hop;  // IPv4, network byte order; set when unresolved
    __u64 source;    // MACs
    __u64 target;
    __u32 unresolved;
};
// Where an answer is kept; nil for an index out of range.
static inline struct underlay_answer *_Nullable find_underlay_answer(__u32 local, __u32 remote) {
#ifdef FORWARDING_PIPELINE_TRACE
    return (void *)0;
#endif
    // Peers tend to differ in their last bytes, which come last in memory.
    __u32 index = ((local ^ remote) >> 24 ^ remote >> 16) % UNDERLAY_ANSWERS;
    return bpf_map_lookup_elem(&underlay_answers, &index);
}
static inline int find_underlay_route(
    socket_buffer *buffer, __u32 local, __u32 remote, struct underlay_route *route) {
    const __u64 now = bpf_jiffies64();
    struct underlay_answer *answer = find_underlay_answer(local, remote);
    // A packet longer than the interface takes is for the kernel to refuse; a super-packet is cut to size later.
    if (answer && answer->remote == remote && answer->local == local && now - answer->tick <= 1 &&
        (packet_length(buffer) <= answer->mtu + 14 || packet_segment_size(buffer))) {
        route->interface = answer->interface;
        route->source = answer->source;
        route->target = answer->target;
        route->unresolved = 0;
        return 0;
    }
    const struct datapath_settings *own = find_settings();
    if (!own) return -1;
    struct bpf_fib_lookup lookup = {};
    lookup.family = 2;  // AF_INET
    lookup.l4_protocol = 17;
    lookup.ifindex = own->lookup_interface;
    lookup.ipv4_src = local;
    lookup.ipv4_dst = remote;
    long result = bpf_fib_lookup(buffer, &lookup, sizeof lookup, 0);
    if (result != BPF_FIB_LKUP_RET_SUCCESS && result != BPF_FIB_LKUP_RET_NO_NEIGH) return -1;
    route->interface = lookup.ifindex;
    route->next_hop = lookup.ipv4_dst;
    route->unresolved = result == BPF_FIB_LKUP_RET_NO_NEIGH;
    __builtin_memcpy(&route->source, lookup.smac, 6);
    __builtin_memcpy(&route->target, lookup.dmac, 6);
    if (answer && !route->unresolved) {
        answer->local = local;
        answer->remote = remote;
        answer->tick = now;
        answer->interface = lookup.ifindex;
        answer->mtu = lookup.mtu_result;
        answer->source = route->source;
        answer->target = route->target;
    }
    return 0;
}
// The kernel resolves the next hop itself; used until the neighbour is known.
static inline long redirect_to_next_hop(__u32 interface, __u32 next_hop) {
    struct bpf_redir_neigh neighbour = {};
    neighbour.nh_family = 2;  // AF_INET
    neighbour.ipv4_nh = next_hop;
    return bpf_redirect_neigh(interface, &neighbour, sizeof neighbour, 0);
}

// Helpers are C variables in the kernel's build and functions in the other; Swift calls both through these.
static inline long redirect(__u32 interface) { return bpf_redirect(interface, 0); }
static inline long redirect_to_peer(__u32 interface) { return bpf_redirect_peer(interface, 0); }
static inline long clone_to(socket_buffer *buffer, __u32 interface) { return bpf_clone_redirect(buffer, interface, 0); }
static inline long pull(socket_buffer *buffer, __u32 length) { return bpf_skb_pull_data(buffer, length); }
static inline long trim(socket_buffer *buffer, __u32 length) { return bpf_skb_change_tail(buffer, length, 0); }
static inline long copy_packet(const socket_buffer *buffer, void *to, __u32 length) {
    return bpf_skb_load_bytes(buffer, 0, to, length);
}
static inline __u64 monotonic_nanoseconds(void) { return bpf_ktime_get_ns(); }

#pragma clang assume_nonnull end
