/* Components as the guard sees them: a reaper each, its words, the orders to it, and what comes to the guard when it dies. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_AGAIN (200 * NS_PER_MS)
#define PAUSE_FIRST (2 * NS_PER_MS)
#define PAUSE_LAST (500 * NS_PER_MS)
#define END_ALL_LIMIT (5000 * NS_PER_MS)

enum { TRIES_MAX = 10, EMPTY_LOOKS = 3 };

struct component components[COMPONENTS_MAX];
int components_high;

struct component *component_by_id(int64_t id)
{
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE && components[i].id == id)
            return &components[i];
    return NULL;
}

static struct component *component_of_reaper(pid_t pid)
{
    for (int i = 0; pid > 0 && i < components_high; i++)
        if (components[i].phase != FREE && components[i].reaper == pid)
            return &components[i];
    return NULL;
}

bool is_reaper(pid_t pid)
{
    return component_of_reaper(pid) != NULL;
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

/* fields: id dir stdout stderr cgroup env-count env… argv…, ended by NULL */
void component_start(char **fields, int count, bool lease_holds)
{
    int64_t id = number_of(fields[0]);
    int env_count = count > 5 ? count_of(fields[5]) : -1;
    struct component *c = NULL;
    char *cgroup = NULL;
    int ends[2] = {-1, -1};
    if (env_count < 1 || count < 7 + env_count || component_by_id(id))
        errno = EINVAL;
    else if (!lease_holds)
        errno = ETIME;
    else if (strcmp(fields[4], "-") != 0 && !(cgroup = strdup(fields[4])))
        errno = ENOMEM; /* it would run without what ends it */
    else if (!(c = free_slot()))
        errno = EAGAIN;
    pid_t guard = getpid();
    pid_t pid = c && pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 ? fork() : -1;
    if (pid == 0)
        reaper_run(fields + 1, guard, ends[1]);
    if (pid < 0) {
        tell("failed %" PRId64 " %d", id, errno);
        free(cgroup);
        close(ends[0]);
        close(ends[1]);
        return;
    }
    close(ends[1]);
    *c = (struct component){.phase = STARTING, .id = id, .reaper = pid, .words = ends[0], .pause = PAUSE_FIRST, .cgroup = cgroup};
}

static void started(struct component *c, const struct word *word)
{
    struct process reaper = {0};
    process_read(c->reaper, &reaper);
    tell("started %" PRId64 " %d %llu %d %llu", c->id, word->number, word->start_time, c->reaper, reaper.start_time);
    if (c->phase == STARTING)
        c->phase = RUNNING;
}

void component_hear(struct component *c)
{
    struct word word;
    ssize_t got = 0;
    while (c->words >= 0 && (got = read(c->words, &word, sizeof word)) == sizeof word)
        if (word.kind == WORD_STARTED) {
            started(c, &word);
        } else if (word.kind == WORD_FAILED) {
            tell("failed %" PRId64 " %d", c->id, word.number);
            c->failed = true;
        } else {
            c->over = true;
            c->number = word.number;
            c->signaled = word.signaled;
            c->phase = c->phase == LOST ? LOST : ENDING;
        }
    if (c->words < 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    close(c->words);
    c->words = -1;
}

static void order(const struct component *c, int number)
{
    if (!c->reaper)
        return;
    kill(c->reaper, number);
    kill(c->reaper, SIGCONT);
}

/* SIGTERM now, SIGKILL at the given time; at once when that is past. A later wish never postpones an earlier one. */
void component_stop(struct component *c, int64_t at)
{
    if (c->phase == ENDING || c->phase == LOST)
        return;
    order(c, boot_now() >= at ? ORDER_KILL : ORDER_TERM);
    if (!c->due_at || at < c->due_at)
        c->due_at = at;
}

static void finish(struct component *c)
{
    if (c->words >= 0)
        close(c->words);
    if (!c->failed)
        tell("exited %" PRId64 " %s %d", c->id, c->over && !c->signaled ? "code" : "signal", c->over ? c->number : SIGKILL);
    if (c->cgroup)
        rmdir(c->cgroup);
    free(c->cgroup);
    *c = (struct component){.phase = FREE};
}

/* Exit 0: nobody below it lives. Otherwise its children have become the guard's, and the guard ends them. */
static void reaper_gone(struct component *c, const siginfo_t *end, int64_t now)
{
    component_hear(c);
    c->reaper = 0;
    if (end->si_code == CLD_EXITED && end->si_status == 0) {
        finish(c);
        return;
    }
    tell("log the reaper of component %" PRId64 " was killed: ending what it held", c->id);
    c->phase = LOST;
    c->due_at = now;
    c->tries = 0;
}

/* A component may stop its parent, by mistake or not: the reaper goes on at once. */
static void children_reap(int64_t now)
{
    for (siginfo_t end;;) {
        end.si_pid = 0;
        if (waitid(P_ALL, 0, &end, WEXITED | WSTOPPED | WNOHANG) || !end.si_pid)
            return;
        struct component *c = component_of_reaper(end.si_pid);
        if (end.si_code == CLD_STOPPED)
            kill(end.si_pid, SIGCONT);
        else if (c)
            reaper_gone(c, &end, now);
    }
}

/* The reaper kills too; it may be stopped, or busy. One that stays although nobody below it lives is killed itself. */
static void kill_due(struct component *c, int64_t now)
{
    order(c, ORDER_KILL);
    c->phase = ENDING;
    c->due_at = now + KILL_AGAIN;
    c->tries = family_kill(c->reaper, c->cgroup) == 0 ? c->tries + 1 : 0;
    if (c->tries > TRIES_MAX)
        kill(c->reaper, SIGKILL);
}

/* The guard has no children but reapers: any other one was below a reaper that is dead. */
static void end_lost(struct component *c, int64_t now)
{
    c->tries = family_kill(getpid(), c->cgroup) == 0 ? c->tries + 1 : 0;
    c->due_at = now + c->pause;
    c->pause = c->pause * 2 < PAUSE_LAST ? c->pause * 2 : PAUSE_LAST;
    if (c->tries >= EMPTY_LOOKS)
        finish(c);
}

static bool is_due(const struct component *c, int64_t now)
{
    return c->phase != FREE && c->due_at && now >= c->due_at;
}

/* Reapers that are gone; kills that are due. */
void components_advance(int64_t now)
{
    children_reap(now);
    bool due = false, lost = false;
    for (int i = 0; i < components_high; i++) {
        due |= is_due(&components[i], now);
        lost |= components[i].phase == LOST;
    }
    if (due)
        family_look(lost);
    for (int i = 0; due && i < components_high; i++)
        if (is_due(&components[i], now))
            (components[i].phase == LOST ? end_lost : kill_due)(&components[i], now);
}

/*
 * The supervisor is gone: everybody dies now. The kernel says when nobody is left. What outlives the limit (it waits
 * for a disk) is left to the reapers, which are told of the guard's death and end no sooner than it.
 */
void components_end_all(void)
{
    int64_t limit = boot_now() + END_ALL_LIMIT;
    for (bool first = true; boot_now() < limit; first = false) {
        for (int i = 0; i < components_high; i++)
            if (components[i].phase != FREE)
                order(&components[i], ORDER_KILL);
        if (!first) {
            family_look(true);
            families_kill();
        }
        usleep(2000);
        children_reap(boot_now());
        if (waitid(P_ALL, 0, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT) && errno == ECHILD)
            break;
    }
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE && components[i].cgroup)
            rmdir(components[i].cgroup);
}
