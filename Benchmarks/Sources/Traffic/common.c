#define _GNU_SOURCE
#include "traffic.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

noreturn void fail(const char *what) {
    fprintf(stderr, "traffic: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t clock_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}
uint64_t now(void) { return clock_of(CLOCK_MONOTONIC); }
uint64_t thread_cpu(void) { return clock_of(CLOCK_THREAD_CPUTIME_ID); }
uint64_t process_cpu(void) { return clock_of(CLOCK_PROCESS_CPUTIME_ID); }

static uint64_t first_number(const char *path) {
    unsigned long long number = 0;
    FILE *file = fopen(path, "r");
    if (!file) return 0;  // the process has gone
    if (fscanf(file, "%llu", &number) != 1) number = 0;
    fclose(file);
    return number;
}

uint64_t softirq_cpu(void) {
    // Kernel threads stay, so they are looked for once.
    static char threads[64][64];
    static int count = -1;
    if (count < 0) {
        count = 0;
        DIR *directory = opendir("/proc");
        if (!directory) fail("/proc");
        for (struct dirent *entry; (entry = readdir(directory)) && count < 64;) {
            int pid = atoi(entry->d_name);
            char path[64], name[32] = "";
            snprintf(path, sizeof path, "/proc/%d/comm", pid);
            FILE *file = pid ? fopen(path, "r") : NULL;
            if (!file) continue;
            if (fgets(name, sizeof name, file) && !strncmp(name, "ksoftirqd/", 10))
                snprintf(threads[count++], sizeof threads[0], "/proc/%d/schedstat", pid);
            fclose(file);
        }
        closedir(directory);
    }
    uint64_t sum = 0;
    for (int i = 0; i < count; i++) sum += first_number(threads[i]);
    return sum;
}

void enter(const char *namespace, int cpu) {
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", namespace);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || setns(descriptor, CLONE_NEWNET)) fail(namespace);
    close(descriptor);
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu % (cpus > 0 ? (int)cpus : 1), &set);
    if (sched_setaffinity(0, sizeof set, &set)) fail("affinity");
}

struct sockaddr_in address_of(const struct path *path, uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, path->address, &address.sin_addr) != 1) {
        errno = EINVAL;
        fail(path->address);
    }
    return address;
}

static sem_t started;
void ready(void) { sem_post(&started); }
void start(void *(*body)(void *), void *argument) {
    pthread_t thread;
    sem_init(&started, 0, 0);
    if (pthread_create(&thread, NULL, body, argument)) fail("thread");
    pthread_detach(thread);
    while (sem_wait(&started) && errno == EINTR) {}
}
