/*
 * A clock that is wrong: to be preloaded into a program, whose time of day is then off by the seconds that stand in the
 * file TESTAMUR_TEST_CLOCK whenever it asks. What is measured as passed time stays true.
 *
 * It allocates nothing and looks nothing up, for allocators ask for the time while they set themselves up: libfaketime,
 * which would do the same, waits for jemalloc there and jemalloc for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long seconds_off(void)
{
    char text[32];
    int before = errno;
    const char *path = getenv("TESTAMUR_TEST_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    long length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[length < 0 ? 0 : length] = 0;
    errno = before;
    return strtol(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += seconds_off();
    return failed;
}
