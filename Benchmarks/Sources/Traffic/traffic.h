// What the modes of the traffic generator share.
#pragma once

#include <stdint.h>
#include <stdnoreturn.h>

// The two ends of a path: names of `ip netns`, and the receiver's IPv4 address.
struct path {
    const char *from;
    const char *to;
    const char *address;
    double seconds;
};

noreturn void fail(const char *what);
uint64_t now(void);        // CLOCK_MONOTONIC, nanoseconds
uint64_t thread_cpu(void); // of the calling thread
uint64_t process_cpu(void);
// CPU time of all ksoftirqd threads: packets that no thread of ours carries are carried there.
uint64_t softirq_cpu(void);
// Moves the calling thread into a network namespace, and onto a CPU.
void enter(const char *namespace, int cpu);
struct sockaddr_in address_of(const struct path *path, uint16_t port);
// Runs `body` on a thread of its own and returns when it is ready (it calls `ready`).
void start(void *(*body)(void *), void *argument);
void ready(void);

void measure_datagrams(const struct path *path, unsigned flows);
void measure_round_trips(const struct path *path);
void measure_connections(const struct path *path);
void measure_frames(const struct path *path, char **pins, int pin_count);
void wait_for_first(const struct path *path);
