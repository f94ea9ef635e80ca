// UDP datagrams with 64 bytes of payload, as fast as one sender can, counted by one receiver.
#define _GNU_SOURCE
#include "traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 40064, SIZE = 64, BATCH = 32 };

static atomic_ullong received;

static void *receive(void *argument) {
    const struct path *path = argument;
    enter(path->to, 1);
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = address_of(path, PORT);
    int size = 8 << 20;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address)) fail("bind");
    static char bytes[BATCH][SIZE];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){bytes[i], SIZE};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    ready();
    for (;;) {
        int count = recvmmsg(descriptor, messages, BATCH, MSG_WAITFORONE, NULL);
        if (count < 0 && errno != EINTR) fail("receive");
        if (count > 0) atomic_fetch_add_explicit(&received, (unsigned)count, memory_order_relaxed);
    }
}

static int sender(const struct path *path) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = address_of(path, PORT);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
    return descriptor;
}

void measure_datagrams(const struct path *path, unsigned flows) {
    start(receive, (void *)path);
    enter(path->from, 0);
    int descriptors[64];
    if (flows > 64) flows = 64;
    for (unsigned i = 0; i < flows; i++) descriptors[i] = sender(path);
    static char bytes[SIZE];
    struct iovec part = {bytes, SIZE};
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        messages[i].msg_hdr.msg_iov = &part;
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    uint64_t sent = 0, start = now(), end = start + (uint64_t)(path->seconds * 1e9);
    uint64_t cpu = process_cpu() + softirq_cpu();
    for (unsigned i = 0; now() < end; i++) {
        int count = sendmmsg(descriptors[i % flows], messages, BATCH, 0);
        if (count < 0 && errno != ENOBUFS && errno != ECONNREFUSED && errno != EINTR) fail("send");
        if (count > 0) sent += (unsigned)count;
    }
    double seconds = (double)(now() - start) / 1e9;
    uint64_t arrived = atomic_load(&received);
    // What waits in the receiver's queue has been carried, too.
    cpu = process_cpu() + softirq_cpu() - cpu;
    printf(
        "{\"sent\": %llu, \"received\": %llu, \"per_second\": %.1f, \"cpu_ns\": %.1f}\n", (unsigned long long)sent,
        (unsigned long long)arrived, (double)arrived / seconds, arrived ? (double)cpu / (double)arrived : 0);
}

// Sends until a datagram arrives, and says when: for how long a change takes to be true.
void wait_for_first(const struct path *path) {
    enter(path->to, 1);
    int receiver = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(PORT + 1)};
    if (bind(receiver, (struct sockaddr *)&any, sizeof any)) fail("bind");
    enter(path->from, 0);
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = address_of(path, PORT + 1);
    printf("started\n");
    fflush(stdout);
    char bytes[SIZE] = {0};
    struct timespec pause = {.tv_nsec = 50000};
    uint64_t end = now() + (uint64_t)(path->seconds * 1e9);
    while (now() < end) {
        // Errors are what is waited out: no route, no address yet.
        (void)sendto(descriptor, bytes, SIZE, 0, (struct sockaddr *)&address, sizeof address);
        if (recv(receiver, bytes, SIZE, 0) >= 0) {
            printf("{\"at\": %llu}\n", (unsigned long long)now());
            return;
        }
        nanosleep(&pause, NULL);
    }
    errno = ETIMEDOUT;
    fail("no datagram arrived");
}
