// The tables themselves, as libbpf wants them: one map definition each, with BTF for keys and values.
#ifdef FORWARDING_PIPELINE_BPF
#include "forwarding_pipeline.h"

#define DEFINE_TABLE(name, ...) struct table_##name name __attribute__((section(".maps"), used));
TABLES(DEFINE_TABLE)
struct table_punts punts __attribute__((section(".maps"), used));
struct table_underlay_answers underlay_answers __attribute__((section(".maps"), used));
struct table_flow_answers flow_answers __attribute__((section(".maps"), used));
struct table_table_generation table_generation __attribute__((section(".maps"), used));
struct table_continuations continuations __attribute__((section(".maps"), used));
#ifdef FORWARDING_PIPELINE_TRACE
struct table_trace_events trace_events __attribute__((section(".maps"), used));
struct table_trace_frames trace_frames __attribute__((section(".maps"), used));
struct table_trace_state trace_state __attribute__((section(".maps"), used));
#endif

// Some helpers (bpf_fib_lookup, ring buffers) are open to GPL-compatible programs only.
char _license[] __attribute__((section("license"), used)) = "Dual MIT/GPL";
#endif
