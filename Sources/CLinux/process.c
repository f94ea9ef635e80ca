#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

extern char **environ;

struct failure {
    int stage;
    int error;
};

char *const *clinux_environment(void) { return environ; }

// Runs between fork and execve in a copy of a process with many threads: async-signal-safe calls only.
static _Noreturn void become(const struct clinux_spawn_request *request, pid_t parent, int report) {
    struct failure failure = {.stage = clinux_spawn_stage_session};
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction standard = {.sa_handler = SIG_DFL};
        sigaction(signal, &standard, NULL);  // refused for SIGKILL, SIGSTOP and the C library's own: as it should be
    }
    if (request->new_session && setsid() < 0) goto failed;
    if (request->new_process_group && !request->new_session && setpgid(0, 0) < 0) goto failed;

    failure.stage = clinux_spawn_stage_network_namespace;
    if (request->network_namespace >= 0 && setns(request->network_namespace, CLONE_NEWNET) < 0) goto failed;

    failure.stage = clinux_spawn_stage_mounts;
    if (request->private_mounts) {
        if (unshare(CLONE_NEWNS) < 0) goto failed;
        if (mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0) goto failed;
        // sysfs shows the network namespace it was mounted in; what was mounted below the old one stays reachable
        // for processes outside only.
        if (umount2("/sys", MNT_DETACH) < 0 && errno != EINVAL) goto failed;
        if (mount("sysfs", "/sys", "sysfs", 0, NULL) < 0) goto failed;
    }

    failure.stage = clinux_spawn_stage_working_directory;
    if (request->working_directory && chdir(request->working_directory) < 0) goto failed;

    failure.stage = clinux_spawn_stage_descriptors;
    if (request->standard_input >= 0 && dup2(request->standard_input, 0) < 0) goto failed;
    if (request->standard_output >= 0 && dup2(request->standard_output, 1) < 0) goto failed;
    if (request->standard_error >= 0 && dup2(request->standard_error, 2) < 0) goto failed;
    // Whatever another library opened without close-on-exec must not leak into the program.
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);

    failure.stage = clinux_spawn_stage_death_signal;
    if (request->death_signal) {
        if (prctl(PR_SET_PDEATHSIG, request->death_signal) < 0) goto failed;
        // The parent may have gone before the line above.
        if (getppid() != parent) {
            errno = ESRCH;
            goto failed;
        }
    }

    failure.stage = clinux_spawn_stage_execute;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(request->path, request->arguments, request->environment);
failed:
    failure.error = errno;
    // A lost report shows as exit status 127.
    if (write(report, &failure, sizeof(failure)) != sizeof(failure)) _exit(127);
    _exit(127);
}

int clinux_spawn(const struct clinux_spawn_request *request, int *pidfd, int *stage) {
    *stage = clinux_spawn_stage_fork;
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) return -errno;
    // No handler of the parent's may run in the child before it resets them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) become(request, parent, report[1]);
    int fork_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        return -fork_error;
    }

    // Closed by a successful execve, so this reads either nothing or why it failed.
    struct failure failure = {0};
    ssize_t count;
    do {
        count = read(report[0], &failure, sizeof(failure));
    } while (count < 0 && errno == EINTR);
    close(report[0]);
    if (count == sizeof(failure)) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
        *stage = failure.stage;
        return -failure.error;
    }
    // The child is ours and not yet waited for: its pid cannot have been given to another process.
    int fd = (int)syscall(SYS_pidfd_open, child, 0);
    if (fd < 0) {
        int error = errno;
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
        return -error;
    }
    *pidfd = fd;
    return child;
}

int clinux_pidfd_open(pid_t process) {
    int fd = (int)syscall(SYS_pidfd_open, process, 0);
    return fd < 0 ? -errno : fd;
}

int clinux_pidfd_signal(int pidfd, int signal) {
    if (syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0) return -errno;
    return 0;
}

int clinux_reap(int pidfd, struct clinux_exit *result) {
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    int status;
    do {
        status = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG);
    } while (status < 0 && errno == EINTR);
    if (status < 0) return -errno;
    if (info.si_pid == 0) return 0;
    result->exited = info.si_code == CLD_EXITED;
    result->value = info.si_status;
    return 1;
}
