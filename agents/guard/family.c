/* Who belongs to a component, read from /proc and the component's cgroup; and their end. */
#define _GNU_SOURCE
#include "guard.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES_MAX = 65536, ENVIRON_MAX = 65536 };

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
    return sscanf(after_name + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                  &out->state, &out->parent, &out->group, &out->session, &out->start_time) == 5;
}

/* One look serves all families of a pass. */
void family_look(void)
{
    table_count = 0;
    DIR *proc = opendir("/proc");
    if (!proc)
        return;
    for (struct dirent *entry; (entry = readdir(proc)) && table_count < PROCESSES_MAX;)
        if (isdigit((unsigned char)entry->d_name[0]) && process_read(atoi(entry->d_name), &table[table_count]))
            table_count++;
    closedir(proc);
}

static bool is_leader(pid_t pid)
{
    for (int i = 0; i < components_high; i++)
        if (components[i].phase != FREE && components[i].leader == pid)
            return true;
    return false;
}

static bool carries_tag(pid_t pid, const char *tag)
{
    static char text[ENVIRON_MAX];
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", pid);
    ssize_t size = read_whole(path, text, sizeof text);
    for (ssize_t at = 0; at < size; at += (ssize_t)strlen(text + at) + 1)
        if (!strcmp(text + at, tag))
            return true;
    return false;
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

/* Children of members are members, however deep. */
static void mark_descendants(pid_t root)
{
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < table_count; i++) {
            struct process *parent = table[i].member ? NULL : table_find(table[i].parent);
            if (parent && (parent->member || parent->pid == root))
                more = table[i].member = true;
        }
    }
}

/* A pid may be reused between the look and the kill: the descriptor pins the process, the start time proves it. */
static void kill_exactly(const struct process *p)
{
    int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
    struct process now;
    if (process_read(p->pid, &now) && now.start_time == p->start_time) {
        if (fd < 0 || syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) != 0)
            kill(p->pid, SIGKILL);
    }
    if (fd >= 0)
        close(fd);
}

static int kill_members(pid_t spared)
{
    int living = 0;
    for (int i = 0; i < table_count; i++) {
        struct process *p = &table[i];
        if (!p->member || p->pid == spared || p->state == 'Z' || p->state == 'X')
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

/* Kills everybody seen in the last look who belongs to the component; returns how many lived. */
int family_kill(const struct component *c)
{
    if (c->cgroup)
        cgroup_kill(c->cgroup);
    pid_t self = getpid();
    for (int i = 0; i < table_count; i++) {
        struct process *p = &table[i];
        if (p->pid == self)
            continue;
        bool orphan = p->parent == self && !is_leader(p->pid);
        p->member = p->group == c->leader || p->session == c->leader || (orphan && carries_tag(p->pid, c->tag));
    }
    if (c->cgroup)
        mark_cgroup(c->cgroup);
    mark_descendants(c->leader);
    return kill_members(self);
}

/* Kills everybody seen in the last look below the guard; returns how many lived. */
int descendants_kill(void)
{
    for (int i = 0; i < table_count; i++)
        table[i].member = false;
    mark_descendants(getpid());
    return kill_members(getpid());
}

/* Reaps dead orphans without touching dead leaders, whose pids must stay ours until their families are gone. */
void orphans_reap(void)
{
    siginfo_t dead = {0};
    while (!waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | WNOWAIT) && dead.si_pid && !is_leader(dead.si_pid)) {
        waitpid(dead.si_pid, NULL, WNOHANG);
        dead.si_pid = 0;
    }
    if (!dead.si_pid)
        return;
    family_look();
    for (int i = 0; i < table_count; i++)
        if (table[i].parent == getpid() && table[i].state == 'Z' && !is_leader(table[i].pid))
            waitpid(table[i].pid, NULL, WNOHANG);
}
