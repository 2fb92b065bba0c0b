/* One component's life: fork and exec, SIGTERM, SIGKILL, its family's end, its exit. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/close_range.h>

#define KILL_AGAIN (200 * NS_PER_MS)
#define SWEEP_FIRST (2 * NS_PER_MS)
#define SWEEP_LAST (500 * NS_PER_MS)
#define END_ALL_LIMIT (5000 * NS_PER_MS)

struct component components[COMPONENTS_MAX];
int components_high;

struct component *component_by_id(long id)
{
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE && components[i].id == id)
            return &components[i];
    return NULL;
}

static struct component *free_slot(void)
{
    for (int i = 0; i < COMPONENTS_MAX; i++)
        if (components[i].phase == FREE) {
            if (i >= components_high)
                components_high = i + 1;
            return &components[i];
        }
    return NULL;
}

static bool redirect(const char *path, int flags, int target)
{
    int fd = open(path, flags | O_CLOEXEC, 0640);
    return fd >= 0 && dup2(fd, target) == target;
}

/* In the child. A cgroup that refuses is done without: the process group and the tag are always there. */
static void join_cgroup(const char *cgroup)
{
    if (!strcmp(cgroup, "-"))
        return;
    int directory = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = directory < 0 ? -1 : openat(directory, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "0", 1) != 1)
        errno = 0;
}

/* In the child: never returns. fields: dir stdout stderr cgroup env-count env… argv… */
static void become_component(char **fields, pid_t guard, int exec_pipe)
{
    setsid();
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guard) /* it died before the line above: that signal will never come */
        _exit(127);
    join_cgroup(fields[3]);
    int env_count = atoi(fields[4]);
    char **argv = fields + 5 + env_count;
    char **env = calloc((size_t)env_count + 1, sizeof *env);
    int log = O_WRONLY | O_APPEND | O_CREAT;
    if (env && chdir(fields[0]) == 0 && redirect("/dev/null", O_RDONLY, 0) && redirect(fields[1], log, 1) &&
        redirect(fields[2], log, 2)) {
        memcpy(env, fields + 5, (size_t)env_count * sizeof *env);
        close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        environ = env;
        execvp(argv[0], argv);
    }
    int error = errno;
    if (write(exec_pipe, &error, sizeof error) != sizeof error)
        _exit(126);
    _exit(127);
}

/* fields: id dir stdout stderr cgroup env-count env… argv…, ended by NULL */
void component_start(char **fields, int count, bool lease_holds)
{
    long id = atol(fields[0]);
    int env_count = count > 5 ? atoi(fields[5]) : 0;
    struct component *c = NULL;
    int ends[2] = {-1, -1};
    if (env_count < 1 || count < 7 + env_count || component_by_id(id))
        errno = EINVAL;
    else if (!lease_holds)
        errno = ETIME;
    else if (!(c = free_slot()))
        errno = EAGAIN;
    pid_t pid = c && pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 ? 0 : -1;
    pid_t guard = getpid();
    if (pid == 0 && (pid = fork()) == 0)
        become_component(fields + 1, guard, ends[1]);
    if (pid < 0) {
        tell("failed %ld %d", id, errno);
        close(ends[0]);
        close(ends[1]);
        return;
    }
    close(ends[1]);
    *c = (struct component){.phase = STARTING, .id = id, .leader = pid, .exec_pipe = ends[0]};
    c->cgroup = strcmp(fields[4], "-") ? strdup(fields[4]) : NULL;
    c->tag = strdup(fields[6]);
}

/* The exec pipe can be read: it worked (end of file) or failed (errno). */
void component_exec_result(struct component *c)
{
    int error = 0;
    ssize_t got = read(c->exec_pipe, &error, sizeof error);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    close(c->exec_pipe);
    c->exec_pipe = -1;
    c->failed = got == sizeof error;
    struct process p = {0};
    if (c->failed)
        tell("failed %ld %d", c->id, error);
    else
        process_read(c->leader, &p);
    if (!c->failed)
        tell("started %ld %d %llu", c->id, c->leader, p.start_time);
    if (c->phase == STARTING)
        c->phase = RUNNING;
}

static void signal_group(const struct component *c, int number)
{
    kill(c->leader, number); /* right after fork there is no group yet */
    kill(-c->leader, number);
}

/* SIGTERM now, SIGKILL at kill_at; at once when that is past. A later wish never postpones an earlier one. */
void component_stop(struct component *c, int64_t kill_at)
{
    int64_t now = boot_now();
    if (c->phase == ENDING)
        return;
    signal_group(c, now >= kill_at ? SIGKILL : SIGTERM);
    if (!c->due_at || kill_at < c->due_at)
        c->due_at = kill_at;
}

static void finish(struct component *c)
{
    siginfo_t end = {0};
    waitid(P_PID, (id_t)c->leader, &end, WEXITED | WNOHANG);
    if (!c->failed)
        tell("exited %ld %s %d", c->id, end.si_code == CLD_EXITED ? "code" : "signal", end.si_status);
    if (c->cgroup)
        rmdir(c->cgroup);
    free(c->cgroup);
    free(c->tag);
    *c = (struct component){.phase = FREE};
}

static void end_family(struct component *c, int64_t now)
{
    if (c->phase != ENDING) {
        signal_group(c, SIGKILL);
        family_kill(c);
        c->due_at = now + KILL_AGAIN;
    } else if (family_kill(c) == 0) {
        finish(c);
    } else {
        c->due_at = now + c->sweep_pause;
        c->sweep_pause = c->sweep_pause * 2 < SWEEP_LAST ? c->sweep_pause * 2 : SWEEP_LAST;
    }
}

static void note_if_over(struct component *c, int64_t now)
{
    siginfo_t end = {0};
    if (waitid(P_PID, (id_t)c->leader, &end, WEXITED | WNOHANG | WNOWAIT) || !end.si_pid)
        return;
    if (c->exec_pipe >= 0)
        component_exec_result(c);
    c->phase = ENDING;
    c->sweep_pause = SWEEP_FIRST;
    c->due_at = now;
}

/* Leaders that are over: what is left of their family is killed before their exit is told. Kills that are due. */
void components_advance(int64_t now)
{
    bool due = false;
    for (int i = 0; i < components_high; i++) {
        if (components[i].phase == STARTING || components[i].phase == RUNNING)
            note_if_over(&components[i], now);
        due |= components[i].phase != FREE && components[i].due_at && now >= components[i].due_at;
    }
    if (due)
        family_look();
    for (int i = 0; due && i < components_high; i++)
        if (components[i].phase != FREE && components[i].due_at && now >= components[i].due_at)
            end_family(&components[i], now);
    orphans_reap();
}

/* The supervisor is gone: everybody dies now. Groups first, all of them, then whoever hides. */
void components_end_all(void)
{
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE)
            signal_group(&components[i], SIGKILL);
    int64_t limit = boot_now() + END_ALL_LIMIT;
    for (int living = 1; living > 0 && boot_now() < limit;) {
        living = 0;
        family_look();
        for (int i = 0; i < components_high; i++)
            if (components[i].phase != FREE)
                living += family_kill(&components[i]);
        living += descendants_kill();
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        usleep(2000);
    }
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE && components[i].cgroup)
            rmdir(components[i].cgroup);
}
