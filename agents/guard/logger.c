/*
 * The log of a program that no supervisor keeps: one of the services or supervisors that `holdfast run` starts.
 *
 *   holdfast-guard log FOLDER NAME COMMAND…   becomes COMMAND; what it and its children print goes to FOLDER/NAME.
 *   holdfast-guard read-log FOLDER NAME       its logger: reads standard input to its end, however long that takes.
 *
 * The logger keeps the bound that output.c keeps for components. It is nobody's child, in a session of its own, and deaf to signals
 * that people send to a group. It does not have the environment by which a run finds what it left behind. So it ends when the last
 * one who could print has ended, and not before: last words are kept and nobody is left without a reader.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/close_range.h>

/* Exec'd anew: the environment of a process is what it was exec'd with. */
static _Noreturn void become_logger(int pipe, char *folder, char *name)
{
    char *const arguments[] = {"holdfast-logger", "read-log", folder, name, NULL}, *const nothing[] = {NULL};
    setsid();
    dup2(pipe, STDIN_FILENO);
    int quiet = open("/dev/null", O_WRONLY);
    dup2(quiet, STDOUT_FILENO);
    dup2(quiet, STDERR_FILENO);
    close_range(3, ~0U, 0);
    execve("/proc/self/exe", arguments, nothing);
    _exit(127);
}

/* Between the two stands a process that ends at once: COMMAND has no child that it did not start. */
_Noreturn void log_and_become(char **fields)
{
    int ends[2];
    char *folder = realpath(fields[0], NULL); /* a link to another disk is the operator's word */
    pid_t between = !folder || pipe2(ends, O_CLOEXEC) ? -1 : fork();
    if (between == 0) {
        prctl(PR_SET_PDEATHSIG, 0);
        if (fork() == 0)
            become_logger(ends[0], folder, fields[1]);
        _exit(0);
    }
    if (between > 0 && waitpid(between, NULL, 0) == between && dup2(ends[1], STDOUT_FILENO) >= 0 && dup2(ends[1], STDERR_FILENO) >= 0)
        execvp(fields[2], fields + 2);
    dprintf(STDERR_FILENO, "%s cannot be started: %s\n", fields[2], strerror(errno));
    _exit(127);
}

int read_log(char **fields)
{
    prctl(PR_SET_NAME, "holdfast-logger");
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN);
    outputs_read(STDIN_FILENO, fields[0], fields[1]);
    rings_begin();
    while (outputs_are_open()) {
        struct pollfd fds[OUTPUTS];
        int pause = outputs_poll(fds);
        poll(fds, OUTPUTS, pause);
        outputs_hear(fds);
    }
    outputs_finish();
    return 0;
}
