#pragma once
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// What libbpf 1.1 or its headers (Linux 6.1) don't know, or Swift's importer can't express. Results are 0 or more, or
// the negated errno.

enum {
    CLIBBPF_TCX_INGRESS = 46,    // enum bpf_attach_type, since Linux 6.6
    CLIBBPF_LINK_TYPE_TCX = 11,  // enum bpf_link_type, since Linux 6.6
};

static inline struct bpf_object *clibbpf_open(const void *image, size_t size, const char *name) {
    LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name);
    return bpf_object__open_mem(image, size, &options);
}

/// The ids of the links attached to an interface's hook, in the order they run. Returns how many there are; only
/// `capacity` are stored (with -ENOSPC if that was too few).
static inline int clibbpf_query_links(__u32 interface, __u32 attach_type, __u32 *programs, __u32 *links, __u32 capacity) {
    struct {  // the `query` member of union bpf_attr as of Linux 6.6
        __u32 target_ifindex;
        __u32 attach_type;
        __u32 query_flags;
        __u32 attach_flags;
        __u64 prog_ids;
        __u32 count;
        __u32 reserved;
        __u64 prog_attach_flags;
        __u64 link_ids;
        __u64 link_attach_flags;
        __u64 revision;
    } attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_ifindex = interface;
    attributes.attach_type = attach_type;
    attributes.prog_ids = (__u64)(size_t)programs;
    attributes.link_ids = (__u64)(size_t)links;
    attributes.count = capacity;
    if (syscall(SYS_bpf, BPF_PROG_QUERY, &attributes, sizeof attributes) < 0) return -errno;
    return (int)attributes.count;
}

/// The interface a TCX link is on: 0 once that is gone. (`tcx` lies where the older headers have `xdp`.)
static inline __u32 clibbpf_link_interface(const struct bpf_link_info *info) { return info->xdp.ifindex; }

/// What a print callback was asked to print, or NULL without memory. The caller frees it.
static inline char *clibbpf_format(const char *format, va_list arguments) {
    va_list measured;
    va_copy(measured, arguments);
    int length = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    if (length < 0) return NULL;
    char *text = malloc((size_t)length + 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}
