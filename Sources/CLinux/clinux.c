#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/magic.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

static int result_of(int value) { return value < 0 ? -errno : value; }

int clinux_enter_network_namespace(int fd) { return result_of(setns(fd, CLONE_NEWNET)); }

int clinux_unshare_network(void) { return result_of(unshare(CLONE_NEWNET)); }

int clinux_bind_mount(const char *source, const char *target, int recursive) {
    return result_of(mount(source, target, "none", MS_BIND | (recursive ? MS_REC : 0), NULL));
}

int clinux_make_mount_shared(const char *target) {
    return result_of(mount("", target, "none", MS_SHARED | MS_REC, NULL));
}

int clinux_mount(const char *source, const char *target, const char *type) {
    return result_of(mount(source, target, type, 0, NULL));
}

int clinux_unmount(const char *target, int lazily) {
    return result_of(umount2(target, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)));
}

int64_t clinux_filesystem_type(const char *path) {
    struct statfs status;
    if (statfs(path, &status) < 0) return -errno;
    return (int64_t)(uint32_t)status.f_type;
}

int clinux_epoll_create(void) { return result_of(epoll_create1(EPOLL_CLOEXEC)); }

int clinux_epoll_add(int epoll, int fd, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
    return result_of(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

int clinux_epoll_remove(int epoll, int fd) { return result_of(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL)); }

int clinux_epoll_wait(int epoll, uint64_t *tokens, int capacity) {
    struct epoll_event events[64];
    if (capacity > 64) capacity = 64;
    int count;
    do {
        count = epoll_wait(epoll, events, capacity, -1);
    } while (count < 0 && errno == EINTR);
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return result_of(count);
}

int clinux_wait_readable(int fd, int timeout_ms) {
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    int count = poll(&entry, 1, timeout_ms);
    return result_of(count);
}

int clinux_pipe(int *read_end, int *write_end, int nonblocking_read) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    if (nonblocking_read && fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        return -error;
    }
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int clinux_memory_file(const void *content, size_t length) {
    int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd < 0) return -errno;
    size_t written = 0;
    while (written < length) {
        ssize_t count = write(fd, (const char *)content + written, length - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            int error = errno;
            close(fd);
            return -error;
        }
        written += (size_t)count;
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}

int clinux_open(const char *path, int mode) {
    static const int flags[] = {
        O_RDONLY,
        O_WRONLY | O_CREAT | O_TRUNC,
        O_WRONLY | O_CREAT | O_APPEND,
        O_RDONLY | O_CREAT | O_EXCL,
    };
    int fd;
    do {
        fd = open(path, flags[mode] | O_CLOEXEC, 0644);
    } while (fd < 0 && errno == EINTR);
    return result_of(fd);
}

static int identity_of(int result, const struct stat *status, struct clinux_file_identity *identity) {
    if (result < 0) {
        return -errno;
    }
    identity->device = status->st_dev;
    identity->inode = status->st_ino;
    identity->is_socket = S_ISSOCK(status->st_mode);
    return 0;
}

int clinux_file_identity(const char *path, struct clinux_file_identity *identity) {
    struct stat status;
    return identity_of(stat(path, &status), &status, identity);
}

int clinux_link_identity(const char *path, struct clinux_file_identity *identity) {
    struct stat status;
    return identity_of(lstat(path, &status), &status, identity);
}

int clinux_open_file_identity(int fd, struct clinux_file_identity *identity) {
    struct stat status;
    return identity_of(fstat(fd, &status), &status, identity);
}
