/*
 * holdfast-guard: the ancestor of all components of one supervisor, and the keeper of the lease's deadline.
 *
 * It lives apart from the supervisor so that a supervisor that is killed, stopped or hung cannot let a component run
 * past its lease. Between it and each component stands a reaper (reaper.c), so that nothing that a component starts can
 * leave it. One thread: a parent-death signal follows the thread that forked. (A reaper has a second one, which only writes logs.)
 *
 * Commands come line by line on stdin, events go line by line to stdout. Fields are separated by one blank; any byte
 * of a field may be written %XX, and blank, newline and % must be; an empty field is a single %.
 *
 *   start ID DIR STDOUT STDERR CGROUP ENVCOUNT ENV... ARGV...
 *                         run ARGV in DIR with exactly these ENV (NAME=value; at least one); output goes to the two
 *                         files in DIR, within a bound; CGROUP is an existing cgroup directory, removed afterwards, or -.
 *   stop ID GRACE_MS      SIGTERM to its process group, SIGKILL to all its family GRACE_MS later (0: now).
 *   lease NS GRACE_MS     components may run until NS of CLOCK_BOOTTIME; then SIGTERM, GRACE_MS later SIGKILL.
 *   user UID GID          components that start from now on run as that user, in that group alone.
 *   ping N
 *
 *   started ID PID STARTTIME REAPER STARTTIME
 *                               STARTTIME as in /proc/PID/stat, field 22.
 *   failed ID ERRNO             it was not started; ETIME: there is no lease.
 *   exited ID code|signal N     told when nobody of its family lives any more.
 *   pong N
 *   fenced                      the lease is past, all components were told to stop; comes before their exits.
 *   log TEXT                    for the supervisor's log.
 *
 * With arguments it is something else: logger.c.
 *
 * End of file or an error on either pipe, or a line that is too long: SIGKILL to everybody, exit.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 20, EVENTS_MAX_BYTES = 1 << 18 };

static char in[LINE_MAX_BYTES], out[EVENTS_MAX_BYTES];
static size_t in_used, out_used;
static int64_t lease_until, lease_grace; /* boot time ns, ns; 0: never had one */
static bool fenced, broken;
_Atomic int64_t *kill_at;

int64_t boot_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Never blocks: a stopped supervisor reads nothing, and the deadline must be kept all the same. */
static void flush_events(void)
{
    while (out_used > 0) {
        ssize_t put = write(STDOUT_FILENO, out, out_used);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            broken |= errno != EAGAIN;
            return;
        }
        out_used -= (size_t)put;
        memmove(out, out + put, out_used);
    }
}

void tell(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is begun in the line before, which the analyzer of LLVM 14 does not see. */
    int size = vsnprintf(out + out_used, sizeof out - out_used, format, arguments);
    va_end(arguments);
    if (size < 0 || out_used + (size_t)size + 1 >= sizeof out) {
        broken = true;
        return;
    }
    out_used += (size_t)size;
    out[out_used++] = '\n';
}

static void check_lease(int64_t now)
{
    if (fenced || !lease_until || now < lease_until)
        return;
    fenced = true;
    tell("fenced");
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE)
            component_stop(&components[i], lease_until + lease_grace);
}

static void obey(char *line)
{
    static char *fields[FIELDS_MAX + 1];
    int count = line_split(line, fields);
    int64_t now = boot_now();
    check_lease(now); /* before a new lease: it saves nobody whose lease is over */
    struct component *c = count > 1 ? component_by_id(number_of(fields[1])) : NULL;
    if (count > 6 && count < FIELDS_MAX && !strcmp(fields[0], "start"))
        component_start(fields + 1, count - 1, lease_until && now < lease_until);
    else if (count == 3 && !strcmp(fields[0], "stop") && c)
        component_stop(c, now + ns_of_ms(fields[2]));
    else if (count == 3 && !strcmp(fields[0], "lease")) {
        lease_until = number_of(fields[1]);
        lease_grace = ns_of_ms(fields[2]);
        *kill_at = lease_until + lease_grace;
        fenced = false;
    } else if (count == 3 && !strcmp(fields[0], "user")) {
        component_uid = (uid_t)number_of(fields[1]);
        component_gid = (gid_t)number_of(fields[2]);
    } else if (count == 2 && !strcmp(fields[0], "ping"))
        tell("pong %s", fields[1]);
    else if (strcmp(fields[0], "stop") != 0) /* a stop may cross the exit that it asks for */
        tell("log not understood: %.40s", fields[0]);
}

static void hear(void)
{
    ssize_t got = read(STDIN_FILENO, in + in_used, sizeof in - in_used);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        broken = true;
        return;
    }
    in_used += (size_t)got;
    char *line = in, *end;
    while ((end = memchr(line, '\n', in_used - (size_t)(line - in)))) {
        *end = 0;
        obey(line);
        line = end + 1;
    }
    in_used -= (size_t)(line - in);
    memmove(in, line, in_used);
    broken |= in_used == sizeof in;
}

static void set_timer(int timer)
{
    int64_t next = fenced ? 0 : lease_until;
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE && components[i].due_at && (!next || components[i].due_at < next))
            next = components[i].due_at;
    struct itimerspec at = {.it_value = {next / INT64_C(1000000000), next % INT64_C(1000000000)}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void wait_for_something(int timer, int children)
{
    static struct pollfd fds[COMPONENTS_MAX + 4];
    static struct component *speaking[COMPONENTS_MAX];
    int count = 0;
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE && components[i].words >= 0) {
            speaking[count] = &components[i];
            fds[count++] = (struct pollfd){components[i].words, POLLIN, 0};
        }
    struct pollfd *input = &fds[count];
    input[0] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
    input[1] = (struct pollfd){timer, POLLIN, 0};
    input[2] = (struct pollfd){children, POLLIN, 0};
    input[3] = (struct pollfd){out_used ? STDOUT_FILENO : -1, POLLOUT, 0};
    poll(fds, (nfds_t)count + 4, -1);
    char drained[sizeof(struct signalfd_siginfo) * 16];
    check_lease(boot_now()); /* first, whatever woke us: the whole machine may have slept */
    for (int i = 0; i < count; i++)
        if (fds[i].revents)
            component_hear(speaking[i]);
    while (read(timer, drained, 8) > 0 || read(children, drained, sizeof drained) > 0)
        ;
    components_advance(boot_now());
    if (input[0].revents)
        hear();
}

int main(int count, char **arguments)
{
    if (count > 4 && !strcmp(arguments[1], "log"))
        log_and_become(arguments + 2);
    if (count == 4 && !strcmp(arguments[1], "read-log"))
        return read_log(arguments + 2);
    setsid(); /* a terminal's signals are for the supervisor */
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN); /* its life hangs on the pipe alone */
    signal(SIGCHLD, SIG_DFL);
    signal(ORDER_TERM, SIG_DFL);
    signal(ORDER_KILL, SIG_DFL);
    close_range(3, ~0U, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
    sigset_t children_signal, blocked;
    sigemptyset(&children_signal);
    sigaddset(&children_signal, SIGCHLD);
    blocked = children_signal;
    sigaddset(&blocked, ORDER_TERM); /* a reaper that was just forked must not lose its first orders */
    sigaddset(&blocked, ORDER_KILL);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    int children = signalfd(-1, &children_signal, SFD_CLOEXEC | SFD_NONBLOCK);
    int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    kill_at = mmap(NULL, sizeof *kill_at, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    broken = children < 0 || timer < 0 || kill_at == MAP_FAILED;
    while (!broken) {
        set_timer(timer);
        wait_for_something(timer, children);
        flush_events();
    }
    components_end_all();
    return 0;
}
