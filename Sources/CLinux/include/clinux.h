#pragma once

// What Swift's importer cannot see on Linux: variadic calls, function-like macros, raw system calls and GNU-only
// declarations. Every function returns a non-negative result, or the negated errno, so no caller has to look at
// `errno` after something else may have changed it.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Namespaces and mounts.

/// Moves the calling thread into the network namespace that `fd` refers to.
int clinux_enter_network_namespace(int fd);
/// Gives the calling thread a new, empty network namespace.
int clinux_unshare_network(void);
int clinux_bind_mount(const char *source, const char *target, int recursive);
int clinux_make_mount_shared(const char *target);
int clinux_mount(const char *source, const char *target, const char *type);
int clinux_unmount(const char *target, int lazily);
/// The magic number of the filesystem that holds `path`.
int64_t clinux_filesystem_type(const char *path);

// Netlink sockets.

/// A route netlink socket, close-on-exec, bound to a port id that the kernel chose, with extended acknowledgements,
/// capped acknowledgements and strict checking on. A blocking one fails a receive with EAGAIN after `timeout_ms`.
int clinux_route_netlink_open(int nonblocking, int timeout_ms);
uint32_t clinux_netlink_port(int fd);
int clinux_netlink_join(int fd, uint32_t group);
/// Sets the receive buffer's size, beyond the system's limit when privileged.
int clinux_set_receive_buffer(int fd, int bytes);
int64_t clinux_netlink_send(int fd, const void *message, size_t length);
/// Receives one datagram. `sender` is the port id it came from (0: the kernel). A datagram longer than the buffer
/// is -EMSGSIZE.
int64_t clinux_netlink_receive(int fd, void *buffer, size_t capacity, uint32_t *sender);

// Packets.

/// A raw packet socket bound to one interface. `protocol` is an EtherType (3: every one), host byte order.
int clinux_packet_open(uint32_t interface, uint16_t protocol, int ignore_outgoing);

struct clinux_packet_metadata {
    /// Nanoseconds since 1970, as the kernel stamped the frame.
    int64_t timestamp;
    /// The frame's length on the wire: more than was returned if the buffer was too small.
    uint32_t original_length;
    uint32_t interface;
    /// PACKET_HOST 0, BROADCAST 1, MULTICAST 2, OTHERHOST 3, OUTGOING 4.
    uint8_t packet_type;
};

/// Receives one frame, its VLAN tag put back where it was on the wire.
int64_t clinux_packet_receive(int fd, void *buffer, size_t capacity, struct clinux_packet_metadata *metadata);

/// Opens a TAP device without packet information. `name` is in/out: 16 bytes, may hold a pattern such as "tap%d".
int clinux_tap_open(char *name, int vnet_header, int offloads);

// Processes.

struct clinux_spawn_request {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *working_directory;  // NULL: the parent's
    int standard_input;             // each: a descriptor above 2, or -1 to inherit the parent's
    int standard_output;
    int standard_error;
    int network_namespace;  // a namespace's descriptor, or -1 to stay in the calling thread's
    int new_session;
    int new_process_group;
    int private_mounts;  // own mount namespace with a /sys that shows the network namespace
    int death_signal;    // sent when the thread that called ends; 0: none
};

enum clinux_spawn_stage {
    clinux_spawn_stage_fork = 0,
    clinux_spawn_stage_session,
    clinux_spawn_stage_network_namespace,
    clinux_spawn_stage_mounts,
    clinux_spawn_stage_working_directory,
    clinux_spawn_stage_descriptors,
    clinux_spawn_stage_death_signal,
    clinux_spawn_stage_execute,
};

/// Starts a program. Returns its pid once it has been executed; on failure the negated errno, and `stage` says where.
int clinux_spawn(const struct clinux_spawn_request *request, int *pidfd, int *stage);
char *const *clinux_environment(void);
/// A descriptor of a running process: readable when it has ended.
int clinux_pidfd_open(pid_t process);
int clinux_pidfd_signal(int pidfd, int signal);

struct clinux_exit {
    int exited;    // 1: it called exit, `value` is the status; 0: a signal ended it, `value` is the signal
    int value;
};

/// Collects the exit of the child behind `pidfd`. 1: collected, 0: still running.
int clinux_reap(int pidfd, struct clinux_exit *result);

// Files.

/// What a file is, of `struct stat`: which of Swift's modules owns that structure depends on what else is imported.
struct clinux_file_identity {
    uint64_t device;
    uint64_t inode;
    int is_socket;
};

/// Of what the path names, a link followed; of the link itself; of an open file.
int clinux_file_identity(const char *path, struct clinux_file_identity *identity);
int clinux_link_identity(const char *path, struct clinux_file_identity *identity);
int clinux_open_file_identity(int fd, struct clinux_file_identity *identity);

// Descriptors.

/// An epoll instance.
int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int fd, uint64_t token);
int clinux_epoll_remove(int epoll, int fd);
/// Waits for readiness without limit and stores the tokens that are ready.
int clinux_epoll_wait(int epoll, uint64_t *tokens, int capacity);
/// Waits until `fd` is readable. 1: it is, 0: the time is over. A negative timeout waits without limit.
int clinux_wait_readable(int fd, int timeout_ms);
int clinux_pipe(int *read_end, int *write_end, int nonblocking_read);
/// An anonymous file with this content, positioned at its start.
int clinux_memory_file(const void *content, size_t length);
/// Opens for reading (mode 0), writing from scratch (1), appending (2), or creating what must not exist (3).
int clinux_open(const char *path, int mode);
