/*
 * The reaper's child on its way to be the component: its own session and user, its files and its cgroup, then exec. It takes no right
 * and no descriptor of ours along.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/close_range.h>

uid_t component_uid;
gid_t component_gid;

bool redirect(const char *path, int flags, int target)
{
    int fd = open(path, flags | O_CLOEXEC, 0640);
    return fd >= 0 && dup2(fd, target) == target;
}

/* In the child. A cgroup that refuses is done without: the reaper is always there. */
static void join_cgroup(const char *cgroup)
{
    if (!strcmp(cgroup, "-"))
        return;
    int directory = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = directory < 0 ? -1 : openat(directory, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    if (fd >= 0 && write(fd, "0", 1) != 1)
        errno = 0;
}

/*
 * In the child. Of the rights to end other users' processes, which the unit lends to us, nothing is left: ambient ones would go
 * through exec. The supervisor is in the group, so what the component makes is open to it.
 */
static bool become_user(const int ends[])
{
    if (!component_uid)
        return true;
    umask(0007);
    for (int i = 0; i < OUTPUTS; i++)
        if (fchmod(ends[i], 0622)) /* for who opens /dev/stdout anew */
            return false;
    return setgroups(0, NULL) == 0 && setresgid(component_gid, component_gid, component_gid) == 0 &&
        setresuid(component_uid, component_uid, component_uid) == 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
}

/* The reaper's death is the component's. A new user would forget it, so it is asked for once more then. */
static void die_with(pid_t reaper)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != reaper) /* it died before the line above: that signal will never come */
        _exit(127);
}

/* In the child: never returns. fields: dir stdout stderr cgroup env-count env… argv… */
_Noreturn void become_component(char **fields, pid_t reaper, int result, const int ends[])
{
    setsid();
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    die_with(reaper);
    join_cgroup(fields[3]);
    int env_count = count_of(fields[4]); /* the guard has looked at it */
    char **argv = fields + 5 + env_count;
    char **env = calloc((size_t)env_count + 1, sizeof *env);
    if (env && chdir(fields[0]) == 0 && redirect("/dev/null", O_RDONLY, 0) && dup2(ends[0], 1) == 1 && dup2(ends[1], 2) == 2 &&
        become_user(ends)) {
        die_with(reaper);
        memcpy(env, fields + 5, (size_t)env_count * sizeof *env);
        close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        environ = env;
        execvp(argv[0], argv);
    }
    int error = errno;
    if (write(result, &error, sizeof error) != sizeof error)
        _exit(126);
    _exit(127);
}

