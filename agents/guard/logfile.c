/*
 * The log files of one output, within their bound. A component may delete its log, cut it, or put a link, a FIFO or a directory in
 * its place. So only a regular file is written, and no link is followed. Nothing but a disk that hangs makes the writer wait.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = LOG_BYTES / LOG_FILE_BYTES };

static int open_folder(const struct log_file *log)
{
    return open(log->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void close_file(struct log_file *log)
{
    if (log->fd >= 0)
        close(log->fd);
    log->fd = -1;
}

static void open_regular(struct log_file *log, int folder, int more)
{
    close_file(log);
    log->size = 0;
    struct stat facts;
    bool is_other = folder >= 0 && !fstatat(folder, log->name, &facts, AT_SYMLINK_NOFOLLOW) && !S_ISREG(facts.st_mode);
    if (folder >= 0 && (!is_other || !unlinkat(folder, log->name, 0))) /* a directory stays */
        log->fd = openat(folder, log->name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | more, 0640);
    log->error = log->fd < 0 ? errno : 0;
}

/* The file under its name, which may have become another one. */
static bool look(struct log_file *log)
{
    int folder = open_folder(log);
    struct stat ours, named;
    bool is_same = log->fd >= 0 && folder >= 0 && !fstat(log->fd, &ours) &&
        !fstatat(folder, log->name, &named, AT_SYMLINK_NOFOLLOW) && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
    if (!is_same)
        open_regular(log, folder, 0);
    if (folder >= 0)
        close(folder);
    if (log->fd >= 0 && !fstat(log->fd, &ours))
        log->size = ours.st_size;
    return log->fd >= 0;
}

/* Renamed, never copied. Where that cannot be the file is begun anew: the bound holds whatever stands in the way. */
static void rotate(struct log_file *log)
{
    char older[FILES][NAME_MAX + 1];
    for (int i = 0; i < FILES; i++)
        snprintf(older[i], sizeof older[i], i == 0 ? "%s" : "%s.%d", log->name, i);
    int folder = open_folder(log);
    for (int i = FILES - 2; i > 0; i--)
        renameat(folder, older[i], folder, older[i + 1]);
    if (folder >= 0 && !renameat(folder, older[0], folder, older[1]))
        open_regular(log, folder, O_EXCL);
    else if (!ftruncate(log->fd, 0))
        log->size = 0;
    if (folder >= 0)
        close(folder);
}

/* How many were written; fewer than there are: the disk does not take more now, and error says why. */
size_t log_put(struct log_file *log, const char *bytes, size_t count)
{
    if (!look(log))
        return 0;
    if (log->size > 0 && log->size + (off_t)count > LOG_FILE_BYTES)
        rotate(log);
    size_t written = 0;
    while (log->fd >= 0 && written < count) {
        ssize_t got = write(log->fd, bytes + written, count - written);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            log->error = got < 0 ? errno : EIO;
            return written;
        }
        written += (size_t)got;
        log->inside_line = bytes[written - 1] != '\n';
    }
    if (written == count)
        log->error = 0;
    return written;
}
