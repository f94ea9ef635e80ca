#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>

int clinux_packet_open(uint32_t interface, uint16_t protocol, int ignore_outgoing) {
    // Protocol 0 until the bind: otherwise frames of every interface queue up between the two calls.
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int on = 1;
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(protocol),
        .sll_ifindex = (int)interface,
    };
    if ((ignore_outgoing && setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0) ||
        setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int64_t clinux_packet_receive(int fd, void *buffer, size_t capacity, struct clinux_packet_metadata *metadata) {
    if (capacity < ETH_HLEN + 4) return -EINVAL;
    struct sockaddr_ll source = {0};
    // Four bytes are kept free in front, so that a stripped VLAN tag can be put back by moving the addresses only.
    char *frame = (char *)buffer + 4;
    struct iovec part = {.iov_base = frame, .iov_len = capacity - 4};
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata)) + CMSG_SPACE(sizeof(struct timespec))];
    } control;
    struct msghdr message = {
        .msg_name = &source,
        .msg_namelen = sizeof(source),
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };
    ssize_t count;
    do {
        count = recvmsg(fd, &message, MSG_TRUNC);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;

    uint32_t original = (uint32_t)count;
    size_t kept = (size_t)count < capacity - 4 ? (size_t)count : capacity - 4;
    struct timespec stamp = {0};
    struct tpacket_auxdata auxiliary = {0};
    for (struct cmsghdr *item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
        if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SCM_TIMESTAMPNS)
            memcpy(&stamp, CMSG_DATA(item), sizeof(stamp));
        else if (item->cmsg_level == SOL_PACKET && item->cmsg_type == PACKET_AUXDATA)
            memcpy(&auxiliary, CMSG_DATA(item), sizeof(auxiliary));
    }
    if ((auxiliary.tp_status & TP_STATUS_VLAN_VALID) && kept >= 2 * ETH_ALEN) {
        uint16_t tpid = (auxiliary.tp_status & TP_STATUS_VLAN_TPID_VALID) ? auxiliary.tp_vlan_tpid : ETH_P_8021Q;
        uint16_t tag[2] = {htons(tpid), htons(auxiliary.tp_vlan_tci)};
        memmove(buffer, frame, 2 * ETH_ALEN);
        memcpy((char *)buffer + 2 * ETH_ALEN, tag, sizeof(tag));
        kept += 4;
        original += 4;
    } else {
        memmove(buffer, frame, kept);
    }
    metadata->timestamp = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
    metadata->original_length = original;
    metadata->interface = (uint32_t)source.sll_ifindex;
    metadata->packet_type = source.sll_pkttype;
    return (int64_t)kept;
}

int clinux_tap_open(char *name, int vnet_header, int offloads) {
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -errno;
    struct ifreq request;
    memset(&request, 0, sizeof(request));
    request.ifr_flags = IFF_TAP | IFF_NO_PI | (vnet_header ? IFF_VNET_HDR : 0);
    memcpy(request.ifr_name, name, IFNAMSIZ);
    unsigned long features = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
    if (ioctl(fd, TUNSETIFF, &request) < 0 || (offloads && ioctl(fd, TUNSETOFFLOAD, features) < 0)) {
        int error = errno;
        close(fd);
        return -error;
    }
    memcpy(name, request.ifr_name, IFNAMSIZ);
    return fd;
}
