// What a packet costs on its way, without sockets at its ends: a program in the kernel makes frames and sends them out of
// the sender's interface (BPF_PROG_TEST_RUN with live frames), and one of two instructions drops them where the
// receiver's stack would begin.
//
// All of the way is walked by the sending thread (softirqs run in its context) or by ksoftirqd, so their CPU time is the
// packet's. The device behind the sender's veth must poll (GRO on), or it takes no such frames.
#define _GNU_SOURCE
#include "traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PORT = 40066, PAYLOAD = 64, BATCH = 64, TCX_INGRESS = 46, CALL = 16384, FRAME = 14 + 20 + 8 + PAYLOAD };

static long bpf(int command, union bpf_attr *attributes) {
    return syscall(__NR_bpf, command, attributes, sizeof *attributes);
}

// The interface that has an address of this namespace.
static unsigned interface_with(struct sockaddr_in wanted) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq requests[64];
    struct ifconf list = {.ifc_len = sizeof requests, .ifc_req = requests};
    if (ioctl(descriptor, SIOCGIFCONF, &list)) fail("interfaces");
    for (unsigned i = 0; i < (unsigned)list.ifc_len / sizeof *requests; i++) {
        struct sockaddr_in *address = (struct sockaddr_in *)&requests[i].ifr_addr;
        if (address->sin_addr.s_addr == wanted.sin_addr.s_addr) {
            close(descriptor);
            return if_nametoindex(requests[i].ifr_name);
        }
    }
    errno = EADDRNOTAVAIL;
    fail("the receiver's address");
}

static uint64_t packets_received(unsigned interface) {
    char name[IF_NAMESIZE], line[512];
    if (!if_indextoname(interface, name)) fail("the receiver's interface");
    FILE *file = fopen("/proc/thread-self/net/dev", "r");
    if (!file) fail("/proc/thread-self/net/dev");
    unsigned long long bytes, packets = 0;
    size_t length = strlen(name);
    while (fgets(line, sizeof line, file)) {
        char *start = line + strspn(line, " ");
        if (!strncmp(start, name, length) && start[length] == ':') sscanf(start + length + 1, "%llu %llu", &bytes, &packets);
    }
    fclose(file);
    return packets;
}

static int drop_at(unsigned interface) {
    struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 2},  // TC_ACT_SHOT
        {.code = BPF_JMP | BPF_EXIT},
    };
    union bpf_attr load = {
        .prog_type = BPF_PROG_TYPE_SCHED_CLS, .insns = (uint64_t)(uintptr_t)program, .insn_cnt = 2,
        .license = (uint64_t)(uintptr_t) "GPL"};
    int descriptor = (int)bpf(BPF_PROG_LOAD, &load);
    if (descriptor < 0) fail("load the sink");
    union bpf_attr link = {
        .link_create = {.prog_fd = (uint32_t)descriptor, .target_ifindex = interface, .attach_type = TCX_INGRESS}};
    int result = (int)bpf(BPF_LINK_CREATE, &link);
    if (result < 0) fail("attach the sink");
    return result;  // it ends with this process
}

// A program that writes the frame and sends it out of the interface. Pages are used again as the last packet left them,
// so each time all of the frame is written.
static int generator(const unsigned char *frame, unsigned interface) {
    struct bpf_insn program[FRAME + 16];
    int count = 0;
    program[count++] = (struct bpf_insn){.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1, .off = 0};
    program[count++] = (struct bpf_insn){.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 3, .src_reg = 1, .off = 4};
    program[count++] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 4, .src_reg = 2};
    program[count++] = (struct bpf_insn){.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 4, .imm = FRAME};
    program[count++] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1};  // XDP_DROP
    int check = count++;
    int at = 0;
    for (; at + 4 <= FRAME; at += 4) {
        int word;
        memcpy(&word, frame + at, 4);
        program[count++] = (struct bpf_insn){.code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 2, .off = (short)at, .imm = word};
    }
    for (; at < FRAME; at++)
        program[count++] = (struct bpf_insn){.code = BPF_ST | BPF_MEM | BPF_B, .dst_reg = 2, .off = (short)at, .imm = frame[at]};
    program[count++] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1, .imm = (int)interface};
    program[count++] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 0};
    program[count++] = (struct bpf_insn){.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect};
    program[count] = (struct bpf_insn){.code = BPF_JMP | BPF_EXIT};
    program[check] = (struct bpf_insn){
        .code = BPF_JMP | BPF_JGT | BPF_X, .dst_reg = 4, .src_reg = 3, .off = (short)(count - check - 1)};
    union bpf_attr load = {
        .prog_type = BPF_PROG_TYPE_XDP, .insns = (uint64_t)(uintptr_t)program, .insn_cnt = (uint32_t)count + 1,
        .license = (uint64_t)(uintptr_t) "GPL"};
    int descriptor = (int)bpf(BPF_PROG_LOAD, &load);
    if (descriptor < 0) fail("load the generator");
    return descriptor;
}

static void generate(int program, const unsigned char *frame, unsigned count) {
    union bpf_attr run = {
        .test = {
            .prog_fd = (uint32_t)program, .repeat = count, .data_in = (uint64_t)(uintptr_t)frame,
            .data_size_in = FRAME, .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH}};
    while (bpf(BPF_PROG_TEST_RUN, &run))
        if (errno != EINTR && errno != EAGAIN) fail("run the generator");
}

// The frame this namespace's stack would send: the datagram is sent once and looked at.
static void capture(const struct path *path, int packets, unsigned char *frame) {
    int datagrams = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = address_of(path, PORT);
    if (connect(datagrams, (struct sockaddr *)&address, sizeof address)) fail("connect");
    struct timeval limit = {.tv_sec = 1};
    setsockopt(packets, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    for (int attempt = 0; attempt < 50; attempt++) {
        unsigned char payload[PAYLOAD] = {0}, bytes[2048];
        (void)send(datagrams, payload, sizeof payload, 0);
        struct sockaddr_ll from;
        socklen_t size = sizeof from;
        long length = recvfrom(packets, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
        if (length != FRAME || from.sll_pkttype != PACKET_OUTGOING || bytes[23] != IPPROTO_UDP) continue;
        if ((bytes[36] << 8 | bytes[37]) != PORT) continue;
        bytes[40] = bytes[41] = 0;  // the device was to fill in the UDP checksum: none
        memcpy(frame, bytes, FRAME);
        close(datagrams);
        return;
    }
    errno = ETIMEDOUT;
    fail("no frame of ours leaves");
}

struct statistics {
    uint64_t time, runs;
};
static struct statistics statistics_of(const char *pin) {
    union bpf_attr get = {.pathname = (uint64_t)(uintptr_t)pin};
    int descriptor = (int)bpf(BPF_OBJ_GET, &get);
    if (descriptor < 0) fail(pin);
    struct bpf_prog_info info = {0};
    union bpf_attr ask = {
        .info = {.bpf_fd = (uint32_t)descriptor, .info_len = sizeof info, .info = (uint64_t)(uintptr_t)&info}};
    if (bpf(BPF_OBJ_GET_INFO_BY_FD, &ask)) fail(pin);
    close(descriptor);
    return (struct statistics){info.run_time_ns, info.run_cnt};
}

struct sink {
    const struct path *path;
    unsigned interface;
};

// A thread of its own: the counter is read in the receiver's namespace.
static void *look(void *argument) {
    struct sink *sink = argument;
    enter(sink->path->to, 0);
    sink->interface = interface_with(address_of(sink->path, PORT));
    drop_at(sink->interface);
    ready();
    return NULL;
}
struct count {
    struct sink *sink;
    uint64_t packets;
};
static void *count(void *argument) {
    struct count *count = argument;
    enter(count->sink->path->to, 0);
    count->packets = packets_received(count->sink->interface);
    ready();
    return NULL;
}
static uint64_t counted(struct sink *sink) {
    struct count result = {sink, 0};
    start(count, &result);
    return result.packets;
}

// How the namespace sends to the address: out of which interface. A connected socket and its own address tell.
static unsigned way_to(const struct path *path) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = address_of(path, PORT), own;
    socklen_t size = sizeof own;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
    if (getsockname(descriptor, (struct sockaddr *)&own, &size)) fail("own address");
    close(descriptor);
    return interface_with(own);
}

void measure_frames(const struct path *path, char **pins, int pin_count) {
    struct sink sink = {path, 0};
    enter(path->from, 0);
    int packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
    struct sockaddr_ll device = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)way_to(path)};
    if (packets < 0 || bind(packets, (struct sockaddr *)&device, sizeof device)) fail("packet socket");
    static unsigned char frame[FRAME];
    capture(path, packets, frame);
    close(packets);
    start(look, &sink);

    int program = generator(frame, (unsigned)device.sll_ifindex);
    generate(program, frame, 1024);  // warm

    union bpf_attr enable = {.enable_stats = {.type = BPF_STATS_RUN_TIME}};
    struct statistics before[16], after[16];
    if (pin_count > 16) pin_count = 16;
    if (pin_count && bpf(BPF_ENABLE_STATS, &enable) < 0) fail("program statistics");
    for (int i = 0; i < pin_count; i++) before[i] = statistics_of(pins[i]);
    uint64_t sent = 0, arrived = counted(&sink), begin = now(), end = begin + (uint64_t)(path->seconds * 1e9);
    uint64_t cpu = thread_cpu() + softirq_cpu();
    // Each call waits for a grace period at its end, so it makes many.
    for (; now() < end; sent += CALL) generate(program, frame, CALL);
    cpu = thread_cpu() + softirq_cpu() - cpu;
    double seconds = (double)(now() - begin) / 1e9;
    arrived = counted(&sink) - arrived;
    for (int i = 0; i < pin_count; i++) after[i] = statistics_of(pins[i]);
    printf(
        "{\"sent\": %llu, \"received\": %llu, \"per_second\": %.1f, \"cpu_ns\": %.1f, \"programs\": [",
        (unsigned long long)sent, (unsigned long long)arrived, (double)arrived / seconds,
        arrived ? (double)cpu / (double)arrived : 0);
    for (int i = 0; i < pin_count; i++) {
        uint64_t runs = after[i].runs - before[i].runs;
        printf(
            "%s{\"pin\": \"%s\", \"runs\": %llu, \"ns\": %.1f}", i ? ", " : "", pins[i], (unsigned long long)runs,
            runs ? (double)(after[i].time - before[i].time) / (double)runs : 0);
    }
    printf("]}\n");
}
