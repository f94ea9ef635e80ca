// Traffic between two network namespaces, and what it cost. One process has both ends, a thread each; the result is one
// line of JSON. The sender is pinned to CPU 0 and the receiver to CPU 1.
#include "traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: traffic udp|rr|crr|first FROM TO ADDRESS SECONDS\n"
    "       traffic raw FROM TO ADDRESS SECONDS [PINNED-PROGRAM...]\n"
    "FROM and TO are names of `ip netns`, ADDRESS is the receiver's.\n";

int main(int count, char **arguments) {
    if (count < 6) {
        fputs(usage, stderr);
        return 2;
    }
    struct path path = {arguments[2], arguments[3], arguments[4], atof(arguments[5])};
    const char *mode = arguments[1];
    if (!strcmp(mode, "udp")) measure_datagrams(&path, 1);
    else if (!strcmp(mode, "rr")) measure_round_trips(&path);
    else if (!strcmp(mode, "crr")) measure_connections(&path);
    else if (!strcmp(mode, "raw")) measure_frames(&path, arguments + 6, count - 6);
    else if (!strcmp(mode, "first")) wait_for_first(&path);
    else {
        fputs(usage, stderr);
        return 2;
    }
    return 0;
}
