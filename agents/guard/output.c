/*
 * All that a component and its children write to standard output and error. The reaper reads two pipes and never waits for a disk; a
 * thread of its own brings to the log files what a ring holds (ring.c). So the logs stay within their bound however fast somebody
 * writes. A disk that hangs or is full holds up neither the component nor an order to end it. The last words before a death are
 * in the ring: they are written before the end is told. The reaper lives as long as the component, so nobody gets SIGPIPE. Beyond
 * the rate the oldest bytes give way, and a line in the log says how many.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WINDOW (100 * NS_PER_MS)   /* of reading */
#define HOLD (2 * NS_PER_MS)       /* until the ring is looked at again */

enum {
    PIECE_BYTES = 16 * 1024,
    WINDOW_BYTES = 1600 * 1024,             /* nobody writes more without waiting: reading it would cost a processor */
    LEFT_BYTES = 4 * 1024 * 1024            /* read after the end, whoever else holds the pipe */
};

static struct output {
    int pipe; /* -1: everybody has closed it */
    int64_t window_ends;
    size_t window_bytes;
} outputs[OUTPUTS];

/* The writing ends; they belong to the component. */
bool outputs_open(const char *directory, const char *const names[], int ends[])
{
    for (int i = 0; i < OUTPUTS; i++) {
        int pair[2];
        if (pipe2(pair, O_CLOEXEC))
            return false;
        outputs[i].pipe = pair[0];
        ring_open(i, directory, names[i]);
        ends[i] = pair[1];
        fcntl(pair[0], F_SETFL, O_NONBLOCK); /* of this end alone */
    }
    return true;
}

/* One end that exists already, of everything that is printed. */
void outputs_read(int pipe, const char *folder, const char *name)
{
    for (int i = 0; i < OUTPUTS; i++)
        outputs[i].pipe = -1;
    outputs[0].pipe = pipe;
    ring_open(0, folder, name);
    fcntl(pipe, F_SETFL, O_NONBLOCK);
}

bool outputs_are_open(void)
{
    bool open = false;
    for (int i = 0; i < OUTPUTS; i++)
        open |= outputs[i].pipe >= 0;
    return open;
}

/* One piece. False: nothing is there now. */
static bool read_piece(int i)
{
    struct output *o = &outputs[i];
    static char piece[PIECE_BYTES];
    ssize_t got = read(o->pipe, piece, sizeof piece);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            close(o->pipe);
            o->pipe = -1;
        }
        return false;
    }
    o->window_bytes += (size_t)got;
    ring_keep(i, piece, (size_t)got);
    return true;
}

/* What to poll, OUTPUTS of them; returns for how many milliseconds at most, -1: any. */
int outputs_poll(struct pollfd *fds)
{
    int64_t now = steady_now(), wait = -1;
    for (int i = 0; i < OUTPUTS; i++) {
        struct output *o = &outputs[i];
        if (now >= o->window_ends) {
            o->window_ends = now + WINDOW;
            o->window_bytes = 0;
        }
        int64_t rest = o->pipe < 0 ? -1
            : o->window_bytes >= WINDOW_BYTES ? o->window_ends - now
            : ring_is_held(i, PIECE_BYTES, now) ? HOLD : -1;
        fds[i] = (struct pollfd){rest < 0 ? o->pipe : -1, POLLIN, 0};
        if (rest >= 0 && (wait < 0 || rest < wait))
            wait = rest;
    }
    return wait < 0 ? -1 : (int)(wait / NS_PER_MS) + 1;
}

void outputs_hear(const struct pollfd *fds)
{
    rings_need_thread();
    for (int i = 0; i < OUTPUTS; i++)
        if (fds[i].revents)
            read_piece(i);
}

/* Nobody of the family lives: what they said last goes to the files, unless the disk hangs. */
void outputs_finish(void)
{
    for (int i = 0; i < OUTPUTS; i++)
        for (size_t left = LEFT_BYTES; outputs[i].pipe >= 0 && left > 0;) {
            if (rings_have_thread() && ring_is_held(i, PIECE_BYTES, steady_now())) {
                poll(NULL, 0, (int)(HOLD / NS_PER_MS)); /* for a quarter of a second at most; then the oldest give way */
                continue;
            }
            if (!read_piece(i))
                break;
            left -= PIECE_BYTES;
        }
    rings_finish();
}
