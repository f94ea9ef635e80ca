// What the traced build of the programs (FORWARDING_PIPELINE_TRACE) says about a packet, in tables of its own.
//
// That build is the same source with other helpers (tracing_helpers.h). It is loaded for a trace and run with
// BPF_PROG_TEST_RUN, never attached, so the build that forwards pays nothing for it.
#pragma once

// In the order in which they happened.
enum trace_kind {
    TRACE_PACKET = 1,      // what the packet is at this point: length, head
    TRACE_LOOKUP = 2,      // a table was asked: table, key, found, value
    TRACE_COUNT = 3,       // one of the port's counters was asked for, to be raised: key
    TRACE_DROP = 4,        // key: struct drop_key
    TRACE_UNDERLAY = 5,    // bpf_fib_lookup: result, key: struct bpf_fib_lookup as asked, value: as answered
    TRACE_ROOM = 6,        // the packet grows or shrinks: number (helper), found (bytes, signed), result
    TRACE_REDIRECT = 7,    // number (helper), found (interface), result
    TRACE_COPY = 8,        // a copy would have been sent: found (interface), frame
    TRACE_PUNT = 9,        // the frame would have gone to the agent: value: struct punt_header, frame
    TRACE_QUEUE_FULL = 10, // the queue to the agent has no room
};
#define TRACE_KEY_SIZE 64
#define TRACE_VALUE_SIZE 96
#define TRACE_HEAD_SIZE 192
#define TRACE_FRAME_SIZE 4096
struct trace_event {
    __u32 kind;
    __u32 number;  // of the table, in the order of TABLES; or of the helper
    __u32 found;
    __s32 result;
    __u32 length;  // of the packet
    __u32 frame;   // entry of trace_frames, plus one
    __u8 key[TRACE_KEY_SIZE];
    __u8 value[TRACE_VALUE_SIZE];
    __u8 head[TRACE_HEAD_SIZE];
};
struct trace_frame {
    __u8 bytes[TRACE_FRAME_SIZE];
};
// What stands for everything that a trace may not touch.
struct trace_state {
    __u32 events;
    __u32 frames;
    struct port_counters counters;
    __u64 drops;
    struct token_bucket budget;
    struct punt_record punt;
};
// A flood's longest list asks the flood list, the settings and the underlay for each copy.
struct table_trace_events {
    int (*type)[BPF_MAP_TYPE_ARRAY];
    __u32 *key;
    struct trace_event *value;
    int (*max_entries)[8192];
};
struct table_trace_frames {
    int (*type)[BPF_MAP_TYPE_ARRAY];
    __u32 *key;
    struct trace_frame *value;
    int (*max_entries)[1088];
};
struct table_trace_state {
    int (*type)[BPF_MAP_TYPE_ARRAY];
    __u32 *key;
    struct trace_state *value;
    int (*max_entries)[1];
};
extern struct table_trace_events trace_events;
extern struct table_trace_frames trace_frames;
extern struct table_trace_state trace_state;
