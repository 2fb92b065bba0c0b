/* Who belongs to a component: whoever is below its reaper, or in its cgroup, read from /proc; and their end. */
#define _GNU_SOURCE
#include "guard.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PROCESSES_MAX = 65536, GENERATIONS_MAX = 64 };

static struct process table[PROCESSES_MAX]; /* touched only as far as there are processes */
static int table_count;

static ssize_t read_whole(const char *path, char *buffer, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    size_t used = 0;
    ssize_t got;
    while (used < size - 1 && (got = read(fd, buffer + used, size - 1 - used)) > 0)
        used += (size_t)got;
    close(fd);
    buffer[used] = 0;
    return (ssize_t)used;
}

bool process_read(pid_t pid, struct process *out)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (read_whole(path, text, sizeof text) <= 0)
        return false;
    char *after_name = strrchr(text, ')'); /* the name itself may contain blanks and brackets */
    if (!after_name)
        return false;
    *out = (struct process){.pid = pid};
    return sscanf(after_name + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d %*d %llu",
                  &out->state, &out->parent, &out->group, &out->session, &out->threads, &out->start_time) == 6;
}

/* A zombie with more than one thread lives: only its first thread has left. */
static bool lives(const struct process *p)
{
    return (p->state != 'Z' && p->state != 'X') || p->threads > 1;
}

/*
 * Nobody but us waits for a child of ours, so its pid can mean nobody else. One that forks and exits over and over is
 * the next pid by the time a look is complete: it is killed in the moment in which it is seen.
 */
static void kill_child(const struct process *p)
{
    kill(p->pid, SIGKILL);
    if (p->group == p->pid)
        kill(-p->pid, SIGKILL);
}

/* One look serves all families of a pass. In a hunt our own children, reapers excepted, are killed while looking. */
void family_look(bool hunt)
{
    pid_t self = getpid();
    table_count = 0;
    DIR *proc = opendir("/proc");
    if (!proc)
        return;
    for (struct dirent *entry; (entry = readdir(proc)) && table_count < PROCESSES_MAX;) {
        struct process *p = &table[table_count];
        if (!isdigit((unsigned char)entry->d_name[0]) || !process_read(atoi(entry->d_name), p))
            continue;
        if (hunt && p->parent == self && !is_reaper(p->pid))
            kill_child(p);
        table_count++;
    }
    closedir(proc);
}

static int by_pid(const void *left, const void *right)
{
    return ((const struct process *)left)->pid - ((const struct process *)right)->pid;
}

/* The kernel lists /proc by ascending pid. */
static struct process *table_find(pid_t pid)
{
    struct process key = {.pid = pid};
    return bsearch(&key, table, (size_t)table_count, sizeof key, by_pid);
}

static void mark_cgroup(const char *cgroup)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    for (int pid; fscanf(file, "%d", &pid) == 1;) {
        struct process *p = table_find(pid);
        if (p)
            p->member = true;
    }
    fclose(file);
}

/* Children of members are members. What is deeper than that falls to an ancestor of ours, and to the next look. */
static void mark_descendants(void)
{
    bool more = true;
    for (int generation = 0; more && generation < GENERATIONS_MAX; generation++) {
        more = false;
        for (int i = 0; i < table_count; i++) {
            struct process *parent = table[i].member ? NULL : table_find(table[i].parent);
            if (parent && parent->member)
                more = table[i].member = true;
        }
    }
}

/*
 * A pid may be reused between the look and the kill: the descriptor pins the process, the start time proves it. By the bare number only
 * where the kernel has no descriptors: one that cannot be had otherwise is nobody's any more, and the number may be somebody else's.
 */
static void kill_exactly(const struct process *p)
{
    int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
    bool has_none = fd < 0 && errno == ENOSYS;
    struct process now;
    if ((fd >= 0 || has_none) && process_read(p->pid, &now) && now.start_time == p->start_time) {
        if (has_none || (syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) != 0 && errno == ENOSYS))
            kill(p->pid, SIGKILL);
    }
    if (fd >= 0)
        close(fd);
}

static int kill_members(void)
{
    int living = 0;
    mark_descendants();
    for (int i = 0; i < table_count; i++) {
        struct process *p = &table[i];
        if (!p->member || p->pid == getpid() || is_reaper(p->pid) || !lives(p))
            continue;
        kill_exactly(p);
        living++;
    }
    return living;
}

static void cgroup_kill(const char *cgroup)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/cgroup.kill", cgroup); /* v2 only; elsewhere its members are killed one by one */
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, "1", 1) != 1)
        tell("log cgroup.kill refused in %s", cgroup);
    close(fd);
}

/* Kills whom the last look saw below root (0: nobody), reapers and theirs excepted, or in the cgroup; says how many lived. */
int family_kill(pid_t root, const char *cgroup)
{
    if (cgroup)
        cgroup_kill(cgroup);
    for (int i = 0; i < table_count; i++)
        table[i].member = root && table[i].parent == root && !is_reaper(table[i].pid);
    if (cgroup)
        mark_cgroup(cgroup);
    return kill_members();
}

/* Kills whom the last look saw below the guard, all but the reapers; says how many lived. */
int families_kill(void)
{
    pid_t self = getpid();
    for (int i = 0; i < table_count; i++)
        table[i].member = is_reaper(table[i].parent) || (table[i].parent == self && !is_reaper(table[i].pid));
    return kill_members();
}
