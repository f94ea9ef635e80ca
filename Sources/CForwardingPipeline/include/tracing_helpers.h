// The helpers of the traced build: each does what it does, and says so in trace_events; but what would be seen outside
// (a copy sent, a frame punted, a counter raised, a token spent, a row made) is only said.
//
// They take the place of the kernel's by name, so the programs' source does not know of them. A table that programs
// write by the pointer a look-up gave them needs its case in trace_lookup: it must be given scratch.
#pragma once

#pragma clang assume_nonnull begin

#define TRACE_NUMBER(name, ...) TRACED_##name,
enum traced_table { TABLES(TRACE_NUMBER) TRACED_OTHER };
#define TRACE_CASE(name, ...) struct table_##name * : TRACED_##name,
#define TRACE_TABLE(map) _Generic((map), TABLES(TRACE_CASE) default : TRACED_OTHER)

static __u64 (*const bpf_ringbuf_query)(const void *ring, __u64 flags) = (void *)134;

static inline struct trace_state *_Nullable trace_memory(void) {
    __u32 only = 0;
    return bpf_map_lookup_elem(&trace_state, &only);
}

// A subprogram: it is called from many places.
__attribute__((noinline)) static struct trace_event *_Nullable trace_next(__u32 kind) {
    struct trace_state *memory = trace_memory();
    if (!memory) return (void *)0;
    __u32 index = memory->events;
    memory->events = index + 1;
    struct trace_event *event = bpf_map_lookup_elem(&trace_events, &index);
    if (event) event->kind = kind;
    return event;
}

__attribute__((noinline)) static int trace_packet(const socket_buffer *buffer) {
    struct trace_event *event = trace_next(TRACE_PACKET);
    if (!event) return 0;
    __u32 length = buffer->len;
    event->length = length;
    if (length > TRACE_HEAD_SIZE) length = TRACE_HEAD_SIZE;
    __asm__ volatile("" : "+r"(length));
    if (length > 0 && length <= TRACE_HEAD_SIZE) bpf_skb_load_bytes(buffer, 0, event->head, length);
    return 0;
}
#define NOTE_PACKET(buffer) trace_packet(buffer)

static inline void *_Nullable trace_lookup(
    __u32 table, const void *map, const void *key, __u32 key_size, __u32 value_size) {
    void *value = bpf_map_lookup_elem(map, key);
    const __u32 kind =
        table == TRACED_port_counters ? TRACE_COUNT : table == TRACED_drops ? TRACE_DROP : TRACE_LOOKUP;
    struct trace_event *event = trace_next(kind);
    if (event) {
        event->number = table;
        event->found = value != (void *)0;
        __builtin_memcpy(event->key, key, key_size);
        if (value && kind == TRACE_LOOKUP) __builtin_memcpy(event->value, value, value_size);
    }
    if (table == TRACED_port_counters || table == TRACED_drops || table == TRACED_punt_budgets) {
        struct trace_state *memory = trace_memory();
        if (!memory) return (void *)0;
        // A drop's row is made when it is first needed; the others are there or the datapath does without.
        if (table == TRACED_drops) return &memory->drops;
        if (!value) return (void *)0;
        if (table == TRACED_port_counters) return &memory->counters;
        __builtin_memcpy(&memory->budget, value, sizeof memory->budget);
        return &memory->budget;
    }
    return value;
}

// Copies the packet to a table of the trace's own and says which event it belongs to.
__attribute__((noinline)) static int trace_copy(const socket_buffer *buffer, __u32 interface) {
    struct trace_event *event = trace_next(TRACE_COPY);
    struct trace_state *memory = trace_memory();
    if (!event || !memory) return 0;
    event->found = interface;
    __u32 length = buffer->len;
    event->length = length;
    __u32 index = memory->frames;
    memory->frames = index + 1;
    struct trace_frame *frame = bpf_map_lookup_elem(&trace_frames, &index);
    if (!frame) return 0;
    if (length > TRACE_FRAME_SIZE) length = TRACE_FRAME_SIZE;
    __asm__ volatile("" : "+r"(length));
    if (length > 0 && length <= TRACE_FRAME_SIZE) bpf_skb_load_bytes(buffer, 0, frame->bytes, length);
    event->frame = index + 1;
    return 0;
}

static inline void *_Nullable trace_reserve(const void *ring, __u64 size) {
    struct trace_state *memory = trace_memory();
    if (!memory) return (void *)0;
    // What the ring says of itself: bytes waiting, and its size. A record has a header of 8 bytes.
    if (bpf_ringbuf_query(ring, 0) + size + 8 > bpf_ringbuf_query(ring, 1)) {
        trace_next(TRACE_QUEUE_FULL);
        return (void *)0;
    }
    return &memory->punt;
}

static inline void trace_submit(const void *record) {
    struct trace_event *event = trace_next(TRACE_PUNT);
    if (event) __builtin_memcpy(event->value, record, sizeof(struct punt_header));
}

static inline long trace_result(__u32 kind, __u32 helper, __u32 subject, long result) {
    struct trace_event *event = trace_next(kind);
    if (event) {
        event->number = helper;
        event->found = subject;
        event->result = (__s32)result;
    }
    return result;
}

static inline long trace_underlay(socket_buffer *buffer, struct bpf_fib_lookup *lookup, int size, __u32 flags) {
    struct bpf_fib_lookup asked = *lookup;
    long result = bpf_fib_lookup(buffer, lookup, size, flags);
    struct trace_event *event = trace_next(TRACE_UNDERLAY);
    if (event) {
        event->result = (__s32)result;
        __builtin_memcpy(event->key, &asked, sizeof asked);
        __builtin_memcpy(event->value, lookup, sizeof asked);
    }
    return result;
}

// From here on, by the kernel's names.
#define bpf_map_lookup_elem(map, key) \
    trace_lookup(TRACE_TABLE(map), map, key, sizeof *(key), sizeof *(map)->value)
#define bpf_map_update_elem(map, key, value, flags) ((void)(map), (void)(key), (void)(value), 0L)
#define bpf_clone_redirect(buffer, interface, flags) ((long)trace_copy(buffer, interface))
#define bpf_ringbuf_reserve(ring, size, flags) trace_reserve(ring, size)
#define bpf_ringbuf_submit(record, flags) trace_submit(record)
#define bpf_fib_lookup(buffer, lookup, size, flags) trace_underlay(buffer, lookup, size, flags)
#define bpf_redirect(interface, flags) trace_result(TRACE_REDIRECT, 23, interface, bpf_redirect(interface, flags))
#define bpf_redirect_neigh(interface, neighbour, size, flags) \
    trace_result(TRACE_REDIRECT, 152, interface, bpf_redirect_neigh(interface, neighbour, size, flags))
#define bpf_redirect_peer(interface, flags) \
    trace_result(TRACE_REDIRECT, 155, interface, bpf_redirect_peer(interface, flags))
#define bpf_skb_change_tail(buffer, length, flags) \
    trace_result(TRACE_ROOM, 38, length, bpf_skb_change_tail(buffer, length, flags))
#define bpf_skb_change_head(buffer, length, flags) \
    trace_result(TRACE_ROOM, 43, length, bpf_skb_change_head(buffer, length, flags))
#define bpf_skb_adjust_room(buffer, change, mode, flags) \
    trace_result(TRACE_ROOM, 50, (__u32)(change), bpf_skb_adjust_room(buffer, change, mode, flags))

#pragma clang assume_nonnull end
