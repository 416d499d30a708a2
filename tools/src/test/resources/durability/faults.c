/*
 * Makes the disk and the clock of a process fail, by LD_PRELOAD. Files in the directory $FAULTS decide, at any time:
 *
 *   stall   while it is there no fsync or fdatasync returns
 *   fail    while it is there each returns EIO
 *   clock   seconds by which CLOCK_REALTIME is ahead, perhaps negative; looked at anew every few calls
 *
 * cc -shared -fPIC -O1 -o faults.so faults.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int is_there(const char *name) {
    char path[4096];
    const char *directory = getenv("FAULTS");
    snprintf(path, sizeof path, "%s/%s", directory ? directory : "/nonexistent", name);
    return access(path, F_OK) == 0;
}

static int sync_by(const char *symbol, int fd) {
    while (is_there("stall")) {
        usleep(10000);
    }
    if (is_there("fail")) {
        errno = EIO;
        return -1;
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, symbol);
    return real(fd);
}

int fsync(int fd) { return sync_by("fsync", fd); }

int fdatasync(int fd) { return sync_by("fdatasync", fd); }

static long ahead(void) {
    static volatile unsigned calls;
    static volatile long seconds;
    if (calls++ % 64 == 0) {
        char path[4096], text[32];
        const char *directory = getenv("FAULTS");
        snprintf(path, sizeof path, "%s/clock", directory ? directory : "/nonexistent");
        int fd = open(path, O_RDONLY);
        if (fd >= 0) {
            ssize_t length = read(fd, text, sizeof text - 1);
            close(fd);
            if (length > 0) {
                text[length] = 0;
                seconds = atol(text);
            }
        }
    }
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) {
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    }
    int result = real(clock, now);
    if (clock == CLOCK_REALTIME && result == 0) {
        now->tv_sec += ahead();
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec precise;
    int result = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return result;
}
