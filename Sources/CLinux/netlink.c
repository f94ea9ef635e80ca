#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/time.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static int set_option(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof(value));
}

int clinux_route_netlink_open(int nonblocking, int timeout_ms) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), NETLINK_ROUTE);
    if (fd < 0) return -errno;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000};
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        set_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1) < 0 || set_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1) < 0 ||
        set_option(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

uint32_t clinux_netlink_port(int fd) {
    struct sockaddr_nl address = {0};
    socklen_t length = sizeof(address);
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) return 0;
    return address.nl_pid;
}

int clinux_netlink_join(int fd, uint32_t group) {
    if (set_option(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, (int)group) < 0) return -errno;
    return 0;
}

int clinux_set_receive_buffer(int fd, int bytes) {
    if (set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes) == 0) return 0;
    if (set_option(fd, SOL_SOCKET, SO_RCVBUF, bytes) < 0) return -errno;
    return 0;
}

int64_t clinux_netlink_send(int fd, const void *message, size_t length) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t count;
    do {
        count = sendto(fd, message, length, 0, (struct sockaddr *)&kernel, sizeof(kernel));
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

int64_t clinux_netlink_receive(int fd, void *buffer, size_t capacity, uint32_t *sender) {
    struct sockaddr_nl source = {0};
    struct iovec part = {.iov_base = buffer, .iov_len = capacity};
    struct msghdr message = {.msg_name = &source, .msg_namelen = sizeof(source), .msg_iov = &part, .msg_iovlen = 1};
    ssize_t count;
    do {
        count = recvmsg(fd, &message, 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    if (message.msg_flags & MSG_TRUNC) return -EMSGSIZE;
    *sender = source.nl_pid;
    return count;
}
