// TCP with one byte each way: on one connection (latency), or on a new one each time (connect, request, close).
#define _GNU_SOURCE
#include "traffic.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 40065 };

static void *serve(void *argument) {
    const struct path *path = argument;
    enter(path->to, 1);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in address = address_of(path, PORT);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) fail("listen");
    ready();
    for (;;) {
        int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (descriptor < 0) continue;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        char byte;
        while (recv(descriptor, &byte, 1, 0) == 1 && send(descriptor, &byte, 1, MSG_NOSIGNAL) == 1) {}
        close(descriptor);
    }
}

static int connected(const struct path *path) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in address = address_of(path, PORT);
    if (descriptor < 0) fail("socket");
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return descriptor;
}

static void exchange(int descriptor) {
    char byte = 1;
    if (send(descriptor, &byte, 1, MSG_NOSIGNAL) != 1 || recv(descriptor, &byte, 1, 0) != 1) fail("exchange");
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(uint32_t *times, unsigned count, double seconds) {
    if (!count) {
        errno = ETIMEDOUT;
        fail("no round trip");
    }
    qsort(times, count, sizeof *times, by_size);
    printf(
        "{\"count\": %u, \"per_second\": %.1f, \"p50_us\": %.2f, \"p99_us\": %.2f}\n", count, count / seconds,
        times[count / 2] / 1e3, times[(uint64_t)count * 99 / 100] / 1e3);
}

static void measure(const struct path *path, int keep) {
    enum { MOST = 4000000 };
    uint32_t *times = malloc(MOST * sizeof *times);
    if (!times) fail("memory");
    start(serve, (void *)path);
    enter(path->from, 0);
    int descriptor = connected(path);
    for (int i = 0; i < 100; i++) exchange(descriptor);  // warm
    if (!keep) close(descriptor);
    unsigned count = 0;
    uint64_t begin = now(), end = begin + (uint64_t)(path->seconds * 1e9), before = begin;
    while (before < end && count < MOST) {
        if (!keep) descriptor = connected(path);
        exchange(descriptor);
        if (!keep) close(descriptor);
        uint64_t after = now();
        times[count++] = after - before > UINT32_MAX ? UINT32_MAX : (uint32_t)(after - before);
        before = after;
    }
    report(times, count, (double)(before - begin) / 1e9);
    free(times);
}

void measure_round_trips(const struct path *path) { measure(path, 1); }
void measure_connections(const struct path *path) { measure(path, 0); }
