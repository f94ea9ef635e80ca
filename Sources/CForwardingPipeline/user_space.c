// The kernel's helpers for user space: what the datapath needs of them, on tables of plain memory.
//
// Meant to be true to the kernel in what a program can observe: look-ups return stable pointers, a grown packet keeps
// its bytes where the kernel keeps them, a pull makes bytes reachable. Not meant to be fast.
#ifndef FORWARDING_PIPELINE_BPF
#include "forwarding_pipeline.h"

#include <stdlib.h>
#include <string.h>

#define DEFINE_TABLE(name, ...) struct table_##name name;
TABLES(DEFINE_TABLE)
struct table_punts punts;
struct table_underlay_answers underlay_answers;
struct table_flow_answers flow_answers;
struct table_table_generation table_generation;
struct table_continuations continuations;

struct row {
    struct row *next;
    __u8 bytes[];  // key, padded to 8, then value
};

struct shape {
    const void *identity;
    const char *name;
    __u32 type;
    __u32 key_size;
    __u32 value_size;
};
#define SHAPE(name, map_type, key_type, value_type, entries, extra) \
    {&name, #name, map_type, sizeof(key_type), sizeof(value_type)},
static const struct shape shapes[] = {TABLES(SHAPE)};
#define TABLE_COUNT (sizeof shapes / sizeof shapes[0])
#define BUCKETS 1024

struct machine {
    struct row *rows[TABLE_COUNT][BUCKETS];
    __u64 clock;
    int underlay_result;
    __u32 underlay_interface;
    struct mac_address underlay_source;
    struct mac_address underlay_target;
    struct underlay_answer answers[UNDERLAY_ANSWERS];
    struct flow_answer flows[FLOW_ANSWERS];
    __u64 generation;
    struct machine_exit *exits;
    __u32 exit_count;
    __u32 exit_capacity;
    struct punt_record *reserved;
};

static _Thread_local struct machine *_Nullable current;

struct machine *_Nullable machine_create(void) { return calloc(1, sizeof(struct machine)); }

void machine_use(struct machine *_Nullable machine) { current = machine; }

void machine_clear_exits(struct machine *machine) {
    for (__u32 i = 0; i < machine->exit_count; i++) free((void *)machine->exits[i].bytes);
    machine->exit_count = 0;
}

void machine_destroy(struct machine *machine) {
    machine_clear_exits(machine);
    free(machine->exits);
    free(machine->reserved);
    for (size_t table = 0; table < TABLE_COUNT; table++) {
        for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
            struct row *row = machine->rows[table][bucket];
            while (row) {
                struct row *next = row->next;
                free(row);
                row = next;
            }
        }
    }
    if (current == machine) current = NULL;
    free(machine);
}

static int table_named(const char *name) {
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (!strcmp(shapes[i].name, name)) return (int)i;
    return -1;
}

static int table_of(const void *identity) {
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (shapes[i].identity == identity) return (int)i;
    return -1;
}

static __u32 padded(__u32 size) { return (size + 7) & ~7u; }
static __u8 *value_of(const struct shape *shape, struct row *row) { return row->bytes + padded(shape->key_size); }

static __u32 bucket_of(const struct shape *shape, const __u8 *key) {
    if (shape->type == BPF_MAP_TYPE_LPM_TRIE) return 0;
    __u32 hash = 2166136261u;
    for (__u32 i = 0; i < shape->key_size; i++) hash = (hash ^ key[i]) * 16777619u;
    return hash % BUCKETS;
}

static struct row **exact(struct machine *machine, int table, const void *key) {
    const struct shape *shape = &shapes[table];
    struct row **link = &machine->rows[table][bucket_of(shape, key)];
    while (*link && memcmp((*link)->bytes, key, shape->key_size)) link = &(*link)->next;
    return link;
}

static int matches(const __u8 *prefix, const __u8 *bytes, __u32 bits) {
    __u32 whole = bits / 8;
    if (memcmp(prefix, bytes, whole)) return 0;
    __u32 rest = bits % 8;
    return !rest || !((prefix[whole] ^ bytes[whole]) & (__u8)(0xff << (8 - rest)));
}

static struct row *longest(struct machine *machine, int table, const void *key) {
    struct row *best = NULL;
    __u32 best_bits = 0, limit;
    memcpy(&limit, key, sizeof limit);
    for (struct row *row = machine->rows[table][0]; row; row = row->next) {
        __u32 bits;
        memcpy(&bits, row->bytes, sizeof bits);
        if (bits > limit || (best && bits <= best_bits)) continue;
        if (matches(row->bytes + 4, (const __u8 *)key + 4, bits)) {
            best = row;
            best_bits = bits;
        }
    }
    return best;
}

// As the agent does around its writes.
static void change_generation(struct machine *machine) {
    if (machine->generation) machine->generation += 2;
}

static int write_row(struct machine *machine, int table, const void *key, const void *value) {
    const struct shape *shape = &shapes[table];
    struct row **link = exact(machine, table, key);
    if (!*link) {
        struct row *row = calloc(1, sizeof *row + padded(shape->key_size) + padded(shape->value_size));
        if (!row) return -1;
        memcpy(row->bytes, key, shape->key_size);
        *link = row;
    }
    memcpy(value_of(shape, *link), value, shape->value_size);
    return 0;
}

int machine_write(
    struct machine *machine, const char *name, const void *key, __u32 key_size, const void *value, __u32 value_size) {
    int table = table_named(name);
    if (table < 0 || shapes[table].key_size != key_size || shapes[table].value_size != value_size) return -1;
    change_generation(machine);
    return write_row(machine, table, key, value);
}

int machine_remove(struct machine *machine, const char *name, const void *key, __u32 key_size) {
    int table = table_named(name);
    if (table < 0 || shapes[table].key_size != key_size) return -1;
    struct row **link = exact(machine, table, key);
    if (!*link) return -1;
    struct row *row = *link;
    *link = row->next;
    free(row);
    change_generation(machine);
    return 0;
}

void machine_number_tables(struct machine *machine) { machine->generation = 2; }

const void *_Nullable machine_read(struct machine *machine, const char *name, const void *key, __u32 key_size) {
    int table = table_named(name);
    if (table < 0 || shapes[table].key_size != key_size) return NULL;
    struct row *row = *exact(machine, table, key);
    return row ? value_of(&shapes[table], row) : NULL;
}

void machine_set_clock(struct machine *machine, __u64 nanoseconds) { machine->clock = nanoseconds; }

void machine_set_underlay(
    struct machine *machine, int result, __u32 interface, struct mac_address source, struct mac_address target) {
    machine->underlay_result = result;
    machine->underlay_interface = interface;
    machine->underlay_source = source;
    machine->underlay_target = target;
    // What was answered before holds no longer, as some time later.
    memset(machine->answers, 0, sizeof machine->answers);
}

__u32 machine_exit_count(const struct machine *machine) { return machine->exit_count; }
struct machine_exit machine_exit_at(const struct machine *machine, __u32 index) { return machine->exits[index]; }

static int leave(__u32 kind, __u32 interface, const void *_Nullable bytes, __u32 length) {
    struct machine *machine = current;
    if (machine->exit_count == machine->exit_capacity) {
        __u32 capacity = machine->exit_capacity ? machine->exit_capacity * 2 : 16;
        struct machine_exit *exits = realloc(machine->exits, capacity * sizeof *exits);
        if (!exits) return -1;
        machine->exits = exits;
        machine->exit_capacity = capacity;
    }
    __u8 *copy = NULL;
    if (bytes) {
        copy = malloc(length ? length : 1);
        if (!copy) return -1;
        memcpy(copy, bytes, length);
    }
    machine->exits[machine->exit_count++] =
        (struct machine_exit){.kind = kind, .interface = interface, .length = length, .bytes = copy};
    return 0;
}

// MARK: the helpers

void *_Nullable bpf_map_lookup_elem(const void *map, const void *key) {
    if (map == &underlay_answers) {
        __u32 index;
        memcpy(&index, key, sizeof index);
        return index < UNDERLAY_ANSWERS ? &current->answers[index] : NULL;
    }
    if (map == &flow_answers) {
        __u32 index;
        memcpy(&index, key, sizeof index);
        return index < FLOW_ANSWERS ? &current->flows[index] : NULL;
    }
    if (map == &table_generation) return &current->generation;
    int table = table_of(map);
    if (table < 0) return NULL;
    struct row *row = shapes[table].type == BPF_MAP_TYPE_LPM_TRIE ? longest(current, table, key)
                                                                 : *exact(current, table, key);
    return row ? value_of(&shapes[table], row) : NULL;
}

long bpf_map_update_elem(const void *map, const void *key, const void *value, __u64 flags) {
    int table = table_of(map);
    if (table < 0) return -1;
    if (flags == BPF_NOEXIST && *exact(current, table, key)) return -1;
    return write_row(current, table, key, value);
}

__u64 bpf_ktime_get_ns(void) { return current->clock; }
__u64 bpf_jiffies64(void) { return current->clock / 4000000; }

long bpf_clone_redirect(socket_buffer *buffer, __u32 interface, __u64 flags) {
    (void)flags;
    return leave(MACHINE_CLONE, interface, buffer->storage + buffer->offset, buffer->length);
}

// TC_ACT_REDIRECT; its failure is TC_ACT_SHOT.
static long redirected(int failed) { return failed ? 2 : 7; }
long bpf_redirect(__u32 interface, __u64 flags) {
    (void)flags;
    return redirected(leave(MACHINE_REDIRECT, interface, NULL, 0));
}
long bpf_redirect_peer(__u32 interface, __u64 flags) {
    (void)flags;
    return redirected(leave(MACHINE_REDIRECT_PEER, interface, NULL, 0));
}
long bpf_redirect_neigh(__u32 interface, struct bpf_redir_neigh *neighbour, int size, __u64 flags) {
    (void)neighbour, (void)size, (void)flags;
    return redirected(leave(MACHINE_REDIRECT_NEIGHBOUR, interface, NULL, 0));
}

long bpf_skb_load_bytes(const socket_buffer *buffer, __u32 offset, void *to, __u32 length) {
    if (offset > buffer->length || length > buffer->length - offset) return -14;
    memcpy(to, buffer->storage + buffer->offset + offset, length);
    return 0;
}

long bpf_skb_store_bytes(socket_buffer *buffer, __u32 offset, const void *from, __u32 length, __u64 flags) {
    (void)flags;
    if (offset > buffer->length || length > buffer->length - offset) return -14;
    memcpy(buffer->storage + buffer->offset + offset, from, length);
    return 0;
}

__s64 bpf_csum_diff(const void *_Nullable from, __u32 from_size, const void *to, __u32 to_size, __u32 seed) {
    if ((from_size | to_size) % 4) return -22;
    __u64 sum = seed;
    for (__u32 i = 0; i < from_size; i += 4) {
        __u32 word;
        memcpy(&word, (const __u8 *)from + i, 4);
        sum += (__u32)~word;
    }
    for (__u32 i = 0; i < to_size; i += 4) {
        __u32 word;
        memcpy(&word, (const __u8 *)to + i, 4);
        sum += word;
    }
    while (sum >> 32) sum = (sum & 0xffffffff) + (sum >> 32);
    return (__s64)sum;
}

long bpf_skb_change_tail(socket_buffer *buffer, __u32 length, __u64 flags) {
    (void)flags;
    if (length < 14 || buffer->offset + length > buffer->capacity) return -22;
    if (buffer->encapsulated) return -524;
    if (length > buffer->length) memset(buffer->storage + buffer->offset + buffer->length, 0, length - buffer->length);
    buffer->length = length;
    if (buffer->linear > length) buffer->linear = length;
    buffer->segment_size = 0;
    return 0;
}

long bpf_skb_pull_data(socket_buffer *buffer, __u32 length) {
    if (length > buffer->length) return -12;
    if (length > buffer->linear) buffer->linear = length;
    return 0;
}

// Room before the Ethernet header.
long bpf_skb_change_head(socket_buffer *buffer, __u32 length, __u64 flags) {
    if (flags || buffer->offset < length) return -22;
    buffer->offset -= length;
    buffer->length += length;
    buffer->linear += length;
    memset(buffer->storage + buffer->offset, 0, length);
    return 0;
}

// Room is made or taken between the Ethernet header and what follows it; the Ethernet header moves.
long bpf_skb_adjust_room(socket_buffer *buffer, __s32 change, __u32 mode, __u64 flags) {
    if (mode != BPF_ADJ_ROOM_MAC || buffer->linear < 14) return -22;
    if (buffer->protocol != 0x0008 && buffer->protocol != 0xdd86) return -524;
    if (flags & BPF_F_ADJ_ROOM_ENCAP_L4_UDP) {
        if (buffer->encapsulated) return -114;
        buffer->encapsulated = 1;
    }
    __u8 *start = buffer->storage + buffer->offset;
    if (change < 0) {
        __u32 less = (__u32)-change;
        // The kernel refuses to take away what would leave no IPv4 header.
        if (buffer->length < 14 + less + 20) return -524;
        if (bpf_skb_pull_data(buffer, 14 + less)) return -12;
        memmove(start + less, start, 14);
        buffer->offset += less;
        buffer->length -= less;
        buffer->linear -= less;
    } else {
        __u32 more = (__u32)change;
        if (buffer->offset < more) return -12;
        memmove(start - more, start, 14);
        memset(start - more + 14, 0, more);
        buffer->offset -= more;
        buffer->length += more;
        buffer->linear += more;
    }
    return 0;
}

long bpf_fib_lookup(socket_buffer *buffer, struct bpf_fib_lookup *lookup, int size, __u32 flags) {
    (void)buffer, (void)size, (void)flags;
    if (current->underlay_result == BPF_FIB_LKUP_RET_NO_NEIGH) lookup->ifindex = current->underlay_interface;
    if (current->underlay_result) return current->underlay_result;
    lookup->ifindex = current->underlay_interface;
    memcpy(lookup->smac, &current->underlay_source, 6);
    memcpy(lookup->dmac, &current->underlay_target, 6);
    lookup->mtu_result = 65535;
    return BPF_FIB_LKUP_RET_SUCCESS;
}

void *_Nullable bpf_ringbuf_reserve(const void *ring, __u64 size, __u64 flags) {
    (void)ring, (void)flags;
    if (!current->reserved) current->reserved = calloc(1, size);
    return current->reserved;
}
void bpf_ringbuf_submit(void *record, __u64 flags) {
    (void)flags;
    const struct punt_record *punt = record;
    leave(MACHINE_PUNT, punt->header.interface, punt->frame, punt->header.length);
}
#endif
