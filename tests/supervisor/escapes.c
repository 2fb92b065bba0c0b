/*
 * escapes HELD WAY: a component that tries to leave its guard in one way. What it hides has an empty environment, another
 * name and a session of its own; it writes its pid to HELD.hidden. Whoever of it lives shares a lock on the file HELD.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { TURN_US = 3000, SWARM = 8 };

static char **arguments;

static void stay(void)
{
    for (;;)
        pause();
}

/* A new program image, so that /proc shows the empty environment and the other name. */
static void hide(const char *way)
{
    char *none[] = {NULL}, *again[] = {"[kworker/0:1]", arguments[1], (char *)way, NULL};
    setsid();
    execve("/proc/self/exe", again, none);
    _exit(1);
}

static void spawn(const char *way)
{
    if (fork() == 0)
        hide(way);
}

/* The last image of those who hide. */
static void hidden(void)
{
    char path[4096], new[4096];
    snprintf(path, sizeof path, "%s.hidden", arguments[1]);
    snprintf(new, sizeof new, "%s.%d", arguments[1], getpid());
    FILE *file = fopen(new, "w");
    if (!file || fprintf(file, "%d", getpid()) < 0 || fclose(file) != 0 || rename(new, path) != 0)
        _exit(1);
}

static void *work(void *nothing)
{
    stay();
    return nothing;
}

/* Each one starts the next and is gone; each is in a session of its own. */
static void comet(void)
{
    for (;;) {
        if (fork() != 0)
            _exit(0);
        setsid();
        usleep(TURN_US);
    }
}

int main(int count, char **values)
{
    arguments = values;
    const char *way = count > 2 ? values[2] : "";
    if (strcmp(values[0], "[kworker/0:1]")) {
        int lock = open(values[1], O_WRONLY | O_CREAT | O_APPEND, 0666);
        if (lock < 0 || flock(lock, LOCK_SH) != 0)
            return 2;
    }
    if (!strcmp(way, "stay") || !strcmp(way, "stopped") || !strcmp(way, "first") || !strcmp(way, "fall"))
        hidden();
    if (!strcmp(way, "stay")) {
        for (int number = 1; number < NSIG; number++)
            signal(number, SIG_IGN);
        stay();
    } else if (!strcmp(way, "session")) {
        spawn("stay");
    } else if (!strcmp(way, "double")) {
        spawn("twice");
    } else if (!strcmp(way, "twice")) {
        spawn("stay");
        return 0;
    } else if (!strcmp(way, "stop")) {
        spawn("stopped");
    } else if (!strcmp(way, "stopped")) {
        raise(SIGSTOP);
    } else if (!strcmp(way, "thread")) {
        spawn("first");
    } else if (!strcmp(way, "first")) {
        pthread_t other;
        pthread_create(&other, NULL, work, NULL);
        pthread_exit(NULL);
    } else if (!strcmp(way, "comet")) {
        spawn("fall");
    } else if (!strcmp(way, "fall")) {
        comet();
    } else if (!strcmp(way, "swarm")) {
        for (int i = 0; i < SWARM; i++)
            spawn("fall");
    } else if (!strcmp(way, "adopt")) {
        spawn("father");
    } else if (!strcmp(way, "father")) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        signal(SIGTERM, SIG_IGN);
        spawn("twice");
    } else if (!strcmp(way, "halt")) {
        spawn("twice");
        kill(getppid(), SIGSTOP);
    } else if (!strcmp(way, "murder")) {
        spawn("twice");
        usleep(TURN_US * 50);
        kill(getppid(), SIGKILL);
    } else if (!strcmp(way, "deaf")) {
        spawn("twice");
        signal(SIGTERM, SIG_IGN);
    }
    stay();
}
