// The kernel's helper functions by number (linux/bpf.h, ___BPF_FUNC_MAPPER) and its packet.
#pragma once

#pragma clang assume_nonnull begin

typedef struct __sk_buff socket_buffer;

static void *_Nullable (*const _Nonnull bpf_map_lookup_elem)(const void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(const void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static __u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static __u64 (*const bpf_jiffies64)(void) = (void *)118;
static long (*const bpf_skb_store_bytes)(
    socket_buffer *, __u32 offset, const void *from, __u32 length, __u64 flags) = (void *)9;
static long (*const bpf_tail_call)(socket_buffer *, const void *programs, __u32 index) = (void *)12;
static long (*const bpf_clone_redirect)(socket_buffer *, __u32 interface, __u64 flags) = (void *)13;
static long (*const bpf_redirect)(__u32 interface, __u64 flags) = (void *)23;
static long (*const bpf_skb_load_bytes)(const socket_buffer *, __u32 offset, void *to, __u32 length) = (void *)26;
static __s64 (*const bpf_csum_diff)(const void *_Nullable from, __u32 from_size, const void *to, __u32 to_size, __u32 seed) =
    (void *)28;
static long (*const bpf_skb_change_tail)(socket_buffer *, __u32 length, __u64 flags) = (void *)38;
static long (*const bpf_skb_pull_data)(socket_buffer *, __u32 length) = (void *)39;
static long (*const bpf_skb_change_head)(socket_buffer *, __u32 length, __u64 flags) = (void *)43;
static long (*const bpf_skb_adjust_room)(socket_buffer *, __s32 change, __u32 mode, __u64 flags) = (void *)50;
static long (*const bpf_fib_lookup)(socket_buffer *, struct bpf_fib_lookup *, int size, __u32 flags) = (void *)69;
static void *_Nullable (*const _Nonnull bpf_ringbuf_reserve)(const void *ring, __u64 size, __u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *record, __u64 flags) = (void *)132;
static long (*const bpf_redirect_neigh)(__u32 interface, struct bpf_redir_neigh *, int size, __u64 flags) = (void *)152;
static long (*const bpf_redirect_peer)(__u32 interface, __u64 flags) = (void *)155;

#ifdef FORWARDING_PIPELINE_TRACE
#pragma clang assume_nonnull end
#include "tracing_helpers.h"
#pragma clang assume_nonnull begin
#else
#define NOTE_PACKET(buffer)
#endif

// The verifier knows a packet pointer only when the context's word is loaded into a whole register at once. Left to
// itself the compiler may load 32 bits here and widen them elsewhere, so the load is spelled out.
#define LOAD_CONTEXT_POINTER(buffer, field) \
    ({ \
        void *pointer; \
        __asm__ volatile("%0 = *(u32 *)(%1 + %2)" \
                         : "=r"(pointer) \
                         : "r"(buffer), "i"(__builtin_offsetof(struct __sk_buff, field))); \
        pointer; \
    })
static inline void *packet_start(const socket_buffer *buffer) {
    NOTE_PACKET(buffer);
    return LOAD_CONTEXT_POINTER(buffer, data);
}
static inline void *packet_end(const socket_buffer *buffer) { return LOAD_CONTEXT_POINTER(buffer, data_end); }
static inline __u32 packet_length(const socket_buffer *buffer) { return buffer->len; }
static inline __u32 packet_interface(const socket_buffer *buffer) { return buffer->ifindex; }
static inline __u32 packet_vlan_present(const socket_buffer *buffer) { return buffer->vlan_present; }
// Five words that stay with the packet from a program to its continuation.
static inline __u32 packet_note(const socket_buffer *buffer, __u32 index) { return buffer->cb[index]; }
static inline void set_packet_note(socket_buffer *buffer, __u32 index, __u32 value) { buffer->cb[index] = value; }
static inline void continue_with(socket_buffer *buffer, __u32 program) {
    bpf_tail_call(buffer, &continuations, program);
}
static inline __u32 packet_segment_size(const socket_buffer *buffer) { return buffer->gso_size; }

// Words in packets lie anywhere. The machines we run on read them in one go, and their kernels let programs do so; but a
// compiler that is told of no alignment reads byte by byte.
typedef __u16 __attribute__((may_alias)) word_16;
typedef __u32 __attribute__((may_alias)) word_32;
typedef __u64 __attribute__((may_alias)) word_64;
static inline __u16 load_16(const void *from) { return *(const word_16 *)from; }
static inline __u32 load_32(const void *from) { return *(const word_32 *)from; }
static inline __u64 load_64(const void *from) { return *(const word_64 *)from; }
static inline void store_16(void *to, __u16 value) { *(word_16 *)to = value; }
static inline void store_32(void *to, __u32 value) { *(word_32 *)to = value; }
static inline void store_64(void *to, __u64 value) { *(word_64 *)to = value; }

#pragma clang assume_nonnull end
