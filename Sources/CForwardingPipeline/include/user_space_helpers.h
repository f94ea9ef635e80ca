// Doubles of the kernel's helpers for user space, and the machine that holds their state (user_space.c).
//
// One machine per thread, so tests run in parallel. A machine holds the tables, a clock, the host's underlay routes and
// what left: every redirect, clone and punt, in order.
#pragma once

#include <stddef.h>

#pragma clang assume_nonnull begin

typedef struct socket_buffer {
    __u8 *_Null_unspecified storage;  // capacity bytes, owned by the machine's caller
    __u32 capacity;
    __u32 offset;  // of the first byte in storage
    __u32 length;
    __u32 linear;  // bytes reachable before bpf_skb_pull_data
    __u32 interface;
    __u32 vlan_present;
    __u32 segment_size;
    __u32 notes[5];
    __u32 encapsulated;  // the buffer's mark, which outlives decapsulation
    __u16 protocol;      // the buffer's idea of what follows the Ethernet header: of what entered, network byte order
} socket_buffer;

// libbpf has functions of these two names: ours have other ones for the linker, or they would take libbpf's place.
void *_Nullable bpf_map_lookup_elem(const void *map, const void *key) __asm__("user_space_map_lookup_elem");
long bpf_map_update_elem(const void *map, const void *key, const void *value, __u64 flags)
    __asm__("user_space_map_update_elem");
__u64 bpf_ktime_get_ns(void);
__u64 bpf_jiffies64(void);
long bpf_clone_redirect(socket_buffer *, __u32 interface, __u64 flags);
long bpf_redirect(__u32 interface, __u64 flags);
long bpf_skb_load_bytes(const socket_buffer *, __u32 offset, void *to, __u32 length);
long bpf_skb_store_bytes(socket_buffer *, __u32 offset, const void *from, __u32 length, __u64 flags);
__s64 bpf_csum_diff(const void *_Nullable from, __u32 from_size, const void *to, __u32 to_size, __u32 seed);
long bpf_skb_change_tail(socket_buffer *, __u32 length, __u64 flags);
long bpf_skb_pull_data(socket_buffer *, __u32 length);
long bpf_skb_change_head(socket_buffer *, __u32 length, __u64 flags);
long bpf_skb_adjust_room(socket_buffer *, __s32 change, __u32 mode, __u64 flags);
long bpf_fib_lookup(socket_buffer *, struct bpf_fib_lookup *, int size, __u32 flags);
void *_Nullable bpf_ringbuf_reserve(const void *ring, __u64 size, __u64 flags);
void bpf_ringbuf_submit(void *record, __u64 flags);
long bpf_redirect_neigh(__u32 interface, struct bpf_redir_neigh *, int size, __u64 flags);
long bpf_redirect_peer(__u32 interface, __u64 flags);

static inline void *packet_start(const socket_buffer *buffer) { return buffer->storage + buffer->offset; }
static inline void *packet_end(const socket_buffer *buffer) { return buffer->storage + buffer->offset + buffer->linear; }
static inline __u32 packet_length(const socket_buffer *buffer) { return buffer->length; }
static inline __u32 packet_interface(const socket_buffer *buffer) { return buffer->interface; }
static inline __u32 packet_vlan_present(const socket_buffer *buffer) { return buffer->vlan_present; }
static inline __u32 packet_note(const socket_buffer *buffer, __u32 index) { return buffer->notes[index]; }
static inline void set_packet_note(socket_buffer *buffer, __u32 index, __u32 value) { buffer->notes[index] = value; }
static inline __u32 packet_segment_size(const socket_buffer *buffer) { return buffer->segment_size; }

// Words in packets lie anywhere.
#define DEFINE_WORD(bits) \
    static inline __u##bits load_##bits(const void *from) { \
        __u##bits value; \
        __builtin_memcpy(&value, from, sizeof value); \
        return value; \
    } \
    static inline void store_##bits(void *to, __u##bits value) { __builtin_memcpy(to, &value, sizeof value); }
DEFINE_WORD(16)
DEFINE_WORD(32)
DEFINE_WORD(64)

// How a packet left a machine.
enum machine_exit_kind {
    MACHINE_REDIRECT = 1,
    MACHINE_REDIRECT_PEER = 2,
    MACHINE_REDIRECT_NEIGHBOUR = 3,
    MACHINE_CLONE = 4,
    MACHINE_PUNT = 5,
};
struct machine_exit {
    __u32 kind;
    __u32 interface;
    __u32 length;
    const __u8 *_Nullable bytes;  // of clones and punts; a redirect's are the packet the program returns with
};

struct machine;
struct machine *_Nullable machine_create(void);
void machine_destroy(struct machine *);
// The machine that the helpers of this thread work on.
void machine_use(struct machine *_Nullable);
// 0, or -1 when the table is unknown, a size differs or memory is out. Tables go by the names of TABLES.
int machine_write(struct machine *, const char *table, const void *key, __u32 key_size, const void *value, __u32 value_size);
int machine_remove(struct machine *, const char *table, const void *key, __u32 key_size);
// From now on the tables' state has a number that each write changes (table_generation).
void machine_number_tables(struct machine *);
const void *_Nullable machine_read(struct machine *, const char *table, const void *key, __u32 key_size);
void machine_set_clock(struct machine *, __u64 nanoseconds);
// What bpf_fib_lookup answers for a destination (network byte order): 0 found, BPF_FIB_LKUP_RET_* otherwise.
void machine_set_underlay(
    struct machine *, int result, __u32 interface, struct mac_address source, struct mac_address target);
// Forgets the exits of earlier runs.
void machine_clear_exits(struct machine *);
__u32 machine_exit_count(const struct machine *);
struct machine_exit machine_exit_at(const struct machine *, __u32 index);

#pragma clang assume_nonnull end
