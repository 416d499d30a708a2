/*
 * Makes the disk and the clock of a process fail, by LD_PRELOAD. Files in the directory $FAULTS decide, at any time:
 *
 *   stall   while it is there no fsync or fdatasync returns
 *   fail    while it is there each returns EIO
 *   read    PART@BYTE: while it is there each read, pread and readv returns EIO that begins at that byte of a regular file or
 *           behind it, when the file's path has this part
 *   write   the same for write and pwrite
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
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int is_there(const char *name) {
    char path[4096];
    const char *directory = getenv("FAULTS");
    snprintf(path, sizeof path, "%s/%s", directory ? directory : "/nonexistent", name);
    return access(path, F_OK) == 0;
}

/* The first line of a control file, without calling what stands between here. Returns its length, 0 when there is none. */
static int content(const char *name, char *text, int room) {
    char path[4096];
    const char *directory = getenv("FAULTS");
    snprintf(path, sizeof path, "%s/%s", directory ? directory : "/nonexistent", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    long length = syscall(SYS_read, fd, text, room - 1);
    close(fd);
    text[length > 0 ? length : 0] = 0;
    text[strcspn(text, "\n")] = 0;
    return strlen(text);
}

/* Whether a call on fd at a byte, -1 for where it stands, is to fail, with errno set then. Sockets and pipes never are. */
static int is_refused(const char *name, int fd, off64_t at) {
    struct stat file;
    char part[1024], link[64], path[4096];
    int before = errno, refused = 0;
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && content(name, part, sizeof part) > 0) {
        char *mark = strrchr(part, '@');
        off64_t from = mark ? atoll(mark + 1) : 0;
        part[mark ? mark - part : (long)strlen(part)] = 0;
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, path, sizeof path - 1);
        path[length > 0 ? length : 0] = 0;
        refused = strstr(path, part) != NULL && (at < 0 ? lseek64(fd, 0, SEEK_CUR) : at) >= from;
    }
    errno = refused ? EIO : before;
    return refused;
}

#define GUARD(fault, symbol, at, parameters, ...)                                                                      \
    ssize_t symbol parameters {                                                                                        \
        static ssize_t(*real) parameters;                                                                              \
        if (!real) {                                                                                                   \
            real = (ssize_t(*) parameters)dlsym(RTLD_NEXT, #symbol);                                                   \
        }                                                                                                              \
        return is_refused(fault, fd, at) ? -1 : real(__VA_ARGS__);                                                     \
    }

GUARD("read", read, -1, (int fd, void *to, size_t count), fd, to, count)
GUARD("read", readv, -1, (int fd, const struct iovec *to, int count), fd, to, count)
GUARD("read", pread, at, (int fd, void *to, size_t count, off_t at), fd, to, count, at)
GUARD("read", pread64, at, (int fd, void *to, size_t count, off64_t at), fd, to, count, at)
GUARD("write", write, -1, (int fd, const void *from, size_t count), fd, from, count)
GUARD("write", pwrite, at, (int fd, const void *from, size_t count, off_t at), fd, from, count, at)
GUARD("write", pwrite64, at, (int fd, const void *from, size_t count, off64_t at), fd, from, count, at)

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
        char text[32];
        if (content("clock", text, sizeof text) > 0) {
            seconds = atol(text);
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
