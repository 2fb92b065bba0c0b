/*
 * The process above each component. It is the subreaper of everything that the component starts. A child that leaves
 * the session, clears its environment, renames itself or loses its parent stays below it, and below no other one.
 * It ends the family when the leader is over, when the guard orders it and when the guard dies. It also does so when the
 * lease and its grace have passed (the guard may be stopped). It exits with 0 when the kernel says that it has no child at all:
 * a look at /proc is no proof, for a process may fork behind it. What the family prints it brings to the logs (output.c).
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/close_range.h>

enum { WORDS_FD = 3, PAUSE_FIRST_MS = 2, PAUSE_LAST_MS = 100, URGENT = -10 };

static pid_t leader; /* pid = process group = session; 0 once it is waited for */
static int exec_pipe = -1; /* carries errno when exec failed, end of file when it worked; -1 when that is known */
static bool term_wanted, killing;
static int rounds, pause_ms = PAUSE_FIRST_MS;

static void say(struct word word)
{
    if (write(WORDS_FD, &word, sizeof word) != sizeof word)
        killing = true; /* nobody listens any more */
}

static void term_leader(void)
{
    if (term_wanted && leader && exec_pipe < 0)
        kill(-leader, SIGTERM);
    term_wanted &= exec_pipe >= 0; /* before exec it would be lost: the child still ignores signals as the guard does */
}

static void hear_exec(void)
{
    int error = 0;
    ssize_t got = exec_pipe < 0 ? -1 : read(exec_pipe, &error, sizeof error);
    if (got < 0)
        return;
    close(exec_pipe);
    exec_pipe = -1;
    struct process p = {0};
    if (got == sizeof error) {
        say((struct word){.kind = WORD_FAILED, .number = error});
    } else {
        process_read(leader, &p);
        say((struct word){.kind = WORD_STARTED, .number = leader, .start_time = p.start_time});
    }
}

/* The leader is over: its group is killed while its pid is still held, so that the number can mean nobody else. */
static void note_leader(void)
{
    siginfo_t end = {0};
    if (!leader || waitid(P_PID, (id_t)leader, &end, WEXITED | WNOHANG | WNOWAIT) || !end.si_pid)
        return;
    hear_exec();
    kill(-leader, SIGKILL);
    say((struct word){.kind = WORD_OVER, .number = end.si_status, .signaled = end.si_code != CLD_EXITED});
    waitid(P_PID, (id_t)leader, &end, WEXITED | WNOHANG);
    leader = 0;
    killing = true;
}

/* True when nobody is left: the kernel has no child of ours, dead or alive, and orphans would have become one. */
static bool reap(void)
{
    note_leader();
    for (siginfo_t dead;;) {
        dead.si_pid = 0;
        if (waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | (leader ? WNOWAIT : 0)))
            return errno == ECHILD;
        if (!dead.si_pid)
            return false;
        if (dead.si_pid == leader)
            note_leader();
        else if (leader)
            waitid(P_PID, (id_t)dead.si_pid, &dead, WEXITED | WNOHANG);
    }
}

/* The group first, in one stroke; who is in another one is looked for, again and again. */
static void kill_round(const char *cgroup)
{
    if (leader) {
        kill(leader, SIGKILL); /* right after fork there is no group yet */
        kill(-leader, SIGKILL);
    }
    if (rounds++ == 0) {
        setpriority(PRIO_PROCESS, 0, URGENT); /* where we may: among a thousand forking children every turn counts */
        return;
    }
    family_look(true);
    family_kill(getpid(), cgroup);
    pause_ms = pause_ms * 2 < PAUSE_LAST_MS ? pause_ms * 2 : PAUSE_LAST_MS;
}

static bool cgroup_empty(const char *cgroup)
{
    if (!cgroup)
        return true;
    family_look(false);
    return family_kill(0, cgroup) == 0;
}

static void hear_orders(int signals)
{
    struct signalfd_siginfo heard;
    while (read(signals, &heard, sizeof heard) == sizeof heard) {
        term_wanted |= (int)heard.ssi_signo == ORDER_TERM;
        killing |= (int)heard.ssi_signo == ORDER_KILL;
    }
}

static void set_timer(int timer, int64_t at)
{
    struct itimerspec when = {.it_value = {at / INT64_C(1000000000), at % INT64_C(1000000000)}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static _Noreturn void serve(int signals, int timer, const char *cgroup)
{
    for (char ticks[8];;) {
        if (!killing)
            set_timer(timer, *kill_at);
        struct pollfd fds[3 + OUTPUTS] = {{signals, POLLIN, 0}, {killing ? -1 : timer, POLLIN, 0}, {exec_pipe, POLLIN, 0}};
        int pause = outputs_poll(fds + 3);
        poll(fds, 3 + OUTPUTS, killing && (pause < 0 || pause_ms < pause) ? pause_ms : pause);
        while (read(timer, ticks, sizeof ticks) > 0)
            ;
        hear_orders(signals);
        killing |= boot_now() >= *kill_at; /* read anew: the lease may have been renewed since the timer was set */
        outputs_hear(fds + 3);
        hear_exec();
        term_leader();
        if (killing)
            kill_round(cgroup);
        if (reap() && cgroup_empty(cgroup)) {
            outputs_finish();
            _exit(0);
        }
    }
}

/* In the guard's child: never returns. fields: as for become_component */
_Noreturn void reaper_run(char **fields, pid_t guard, int words)
{
    components_high = 0; /* the others are not ours */
    prctl(PR_SET_NAME, "holdfast-reaper");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, ORDER_KILL);
    if (getppid() != guard)
        _exit(1);
    sigset_t all, heard;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&heard);
    sigaddset(&heard, SIGCHLD);
    sigaddset(&heard, ORDER_TERM);
    sigaddset(&heard, ORDER_KILL);
    /* The guard's pipes must end with the guard. */
    for (int fd = 0; fd < WORDS_FD; fd++)
        redirect("/dev/null", O_RDWR, fd);
    dup3(words, WORDS_FD, O_CLOEXEC);
    close_range(WORDS_FD + 1, ~0U, 0);
    int signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
    int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    int ends[2], outputs[OUTPUTS];
    pid_t self = getpid();
    leader = signals < 0 || timer < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0 ||
        !outputs_open(fields[0], (const char *const[]){fields[1], fields[2]}, outputs) ? -1 : fork();
    if (leader == 0)
        become_component(fields, self, ends[1], outputs);
    if (leader < 0) {
        say((struct word){.kind = WORD_FAILED, .number = errno});
        _exit(0);
    }
    close(ends[1]);
    for (int i = 0; i < OUTPUTS; i++)
        close(outputs[i]);
    exec_pipe = ends[0];
    rings_begin(); /* after the fork: its thread is none of the component's */
    serve(signals, timer, strcmp(fields[3], "-") ? fields[3] : NULL);
}
