/*
 * What a component and its children write to standard output and error. The reaper reads two pipes and never waits for a disk; a
 * thread of its own brings to the log files what a ring holds. So the logs stay within their bound however fast somebody
 * writes, a disk that hangs or is full holds up neither the component nor an order to end it, and the last words before a
 * death are in the ring: they are written before the end is told. The reaper lives as long as the component, so nobody
 * gets SIGPIPE. Beyond the rate the oldest bytes give way, and a line in the log says how many.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND (1000 * NS_PER_MS)
#define SLOW (250 * NS_PER_MS)     /* a write that takes longer is the disk's fault */
#define WINDOW (100 * NS_PER_MS)   /* of reading */
#define HOLD (2 * NS_PER_MS)       /* until the ring is looked at again */
#define FINISH_LIMIT (2 * SECOND)

enum {
    BURST_BYTES = LOG_FILE_BYTES,
    RATE = 256 * 1024,                      /* bytes a second that go to the disk for long */
    RING_BYTES = 64 * 1024,
    PIECE_BYTES = 16 * 1024,
    WINDOW_BYTES = 1600 * 1024,             /* nobody writes more without waiting: reading it would cost a processor */
    LEFT_BYTES = 4 * 1024 * 1024            /* read after the end, whoever else holds the pipe */
};

struct output {
    int pipe; /* -1: everybody has closed it */
    int64_t window_ends, full_since; /* the latter 0: the ring has room */
    size_t window_bytes;

    /* under the lock */
    char ring[RING_BYTES];
    uint64_t head, tail; /* bytes that ever came, and that were written or gave way */
    uint64_t dropped;    /* gave way since the last note */

    int64_t filled_at, retry_at, tokens;

    /* of the thread alone */
    struct log_file log;
    bool slow;
};

static struct output outputs[OUTPUTS];
static char copy[RING_BYTES]; /* of the thread */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news, done;
static bool has_thread, finishing, finished;

static int64_t steady_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

/* The writing ends; they belong to the component. */
bool outputs_open(const char *directory, const char *const names[], int ends[])
{
    for (int i = 0; i < OUTPUTS; i++) {
        int pair[2];
        if (pipe2(pair, O_CLOEXEC))
            return false;
        outputs[i].pipe = pair[0]; /* field by field: the ring stays untouched */
        outputs[i].log = (struct log_file){.folder = directory, .name = names[i], .fd = -1};
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
    outputs[0].log = (struct log_file){.folder = folder, .name = name, .fd = -1};
    fcntl(pipe, F_SETFL, O_NONBLOCK);
}

bool outputs_are_open(void)
{
    bool open = false;
    for (int i = 0; i < OUTPUTS; i++)
        open |= outputs[i].pipe >= 0;
    return open;
}

static void keep(struct output *o, const char *bytes, size_t count)
{
    for (size_t at = 0; at < count;) {
        size_t place = (size_t)(o->head % RING_BYTES);
        size_t part = count - at < RING_BYTES - place ? count - at : RING_BYTES - place;
        memcpy(o->ring + place, bytes + at, part);
        o->head += part;
        at += part;
    }
    if (o->head - o->tail > RING_BYTES) {
        o->dropped += o->head - RING_BYTES - o->tail;
        o->tail = o->head - RING_BYTES;
    }
}

/* One piece. False: nothing is there now. */
static bool read_piece(struct output *o)
{
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
    pthread_mutex_lock(&lock);
    keep(o, piece, (size_t)got);
    pthread_cond_signal(&news);
    pthread_mutex_unlock(&lock);
    return true;
}

static void *write_outputs(void *unused);

static void begin_thread(void)
{
    pthread_attr_t small;
    pthread_t thread;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)64 * 1024);
    has_thread = pthread_create(&thread, &small, write_outputs, NULL) == 0;
    pthread_attr_destroy(&small);
}

/* When this output is to be written next; now or earlier: at once. INT64_MAX: there is nothing. Under the lock. */
static int64_t due(struct output *o, int64_t now)
{
    if (o->head == o->tail && !o->dropped)
        return INT64_MAX;
    int64_t fresh = (now - o->filled_at) / (SECOND / RATE);
    if (fresh > 0) {
        o->tokens = o->tokens + fresh < BURST_BYTES ? o->tokens + fresh : BURST_BYTES;
        o->filled_at = now;
    }
    /* After a gap whole rings, so that lines stand together. */
    int64_t needed = o->dropped ? (int64_t)(o->head - o->tail) : 1;
    int64_t at = o->tokens >= needed ? now : now + (needed - o->tokens) * (SECOND / RATE);
    return at > o->retry_at ? at : o->retry_at;
}

/* The thread is only busy, and what may be written would give way: its writer waits for a moment, as it would for a file. */
static bool is_held(struct output *o, int64_t now)
{
    pthread_mutex_lock(&lock);
    bool is_full = o->head - o->tail + PIECE_BYTES > RING_BYTES, is_limited = due(o, now) > now;
    pthread_mutex_unlock(&lock);
    o->full_since = !is_full ? 0 : o->full_since ? o->full_since : now;
    return is_full && !is_limited && now - o->full_since < SLOW;
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
        int64_t rest = o->pipe < 0 ? -1 : o->window_bytes >= WINDOW_BYTES ? o->window_ends - now : is_held(o, now) ? HOLD : -1;
        fds[i] = (struct pollfd){rest < 0 ? o->pipe : -1, POLLIN, 0};
        if (rest >= 0 && (wait < 0 || rest < wait))
            wait = rest;
    }
    return wait < 0 ? -1 : (int)(wait / NS_PER_MS) + 1;
}

void outputs_hear(const struct pollfd *fds)
{
    if (!has_thread)
        begin_thread(); /* there was no room for it */
    for (int i = 0; i < OUTPUTS; i++)
        if (fds[i].revents)
            read_piece(&outputs[i]);
}

/* On a line of its own, so that whoever reads the log sees that it has a gap, and why. */
static bool note(struct output *o, uint64_t dropped)
{
    char text[256], at[32];
    time_t seconds = time(NULL);
    struct tm utc;
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    int size = snprintf(text, sizeof text, "%s[holdfast %s] %s %llu bytes are left out here: %s%s\n", o->log.inside_line ? "\n" : "", at,
        o->log.error || o->slow ? "HB-381" : "HB-380", (unsigned long long)dropped,
        o->log.error ? "the disk did not take them: " : o->slow ? "the disk was too slow" : "more than 256 KiB a second for long",
        o->log.error ? strerror(o->log.error) : "");
    return log_put(&o->log, text, (size_t)size) == (size_t)size;
}

/* Writes what the ring holds; the lock is given back meanwhile. False: the disk did not take all of it. */
static bool write_ring(struct output *o)
{
    uint64_t from = o->tail, to = o->head, dropped = o->dropped;
    size_t count = (size_t)(to - from), place = (size_t)(from % RING_BYTES);
    size_t first = count < RING_BYTES - place ? count : RING_BYTES - place;
    memcpy(copy, o->ring + place, first);
    memcpy(copy + first, o->ring, count - first);
    pthread_mutex_unlock(&lock);
    size_t skip = 0;
    if (dropped) { /* what is left of a line without its beginning goes too, unless there is nothing else */
        const char *end = memchr(copy, '\n', count);
        skip = end && end + 1 < copy + count ? (size_t)(end + 1 - copy) : 0;
    }
    int64_t began = steady_now();
    bool noted = !dropped || note(o, dropped + skip);
    size_t taken = noted ? log_put(&o->log, copy + skip, count - skip) + skip : 0;
    int64_t ended = steady_now();
    o->slow = ended - began > SLOW;
    bool all = noted && taken == count;
    pthread_mutex_lock(&lock);
    o->tokens -= (int64_t)taken;
    o->retry_at = all ? 0 : ended + SECOND;
    if (dropped && noted)
        o->dropped -= dropped;
    if (o->tail > from) { /* some of these gave way meanwhile, and were written all the same */
        uint64_t until = from + taken < o->tail ? from + taken : o->tail;
        o->dropped -= until - from;
    }
    if (from + taken > o->tail)
        o->tail = from + taken;
    if (o->head == o->tail)
        o->head = o->tail = 0; /* a component that says little touches little memory */
    return all;
}

static void *write_outputs(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    while (!finishing) {
        int64_t now = steady_now(), next = INT64_MAX;
        for (int i = 0; i < OUTPUTS; i++) {
            int64_t at = due(&outputs[i], now);
            if (at <= now)
                write_ring(&outputs[i]);
            next = at < next ? at : next;
        }
        if (next <= now || finishing)
            continue;
        struct timespec until = {next / SECOND, next % SECOND};
        if (next == INT64_MAX)
            pthread_cond_wait(&news, &lock);
        else
            pthread_cond_timedwait(&news, &lock, &until);
    }
    for (int i = 0; i < OUTPUTS; i++)
        while (due(&outputs[i], steady_now()) != INT64_MAX && write_ring(&outputs[i]))
            ;
    finished = true;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* After the fork: the component begins with one thread. */
void outputs_begin(void)
{
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&news, &steady);
    pthread_cond_init(&done, &steady);
    for (int i = 0; i < OUTPUTS; i++) {
        outputs[i].tokens = BURST_BYTES;
        outputs[i].filled_at = steady_now();
    }
    begin_thread();
}

/* Nobody of the family lives: what they said last goes to the files, unless the disk hangs. */
void outputs_finish(void)
{
    for (int i = 0; i < OUTPUTS; i++)
        for (size_t left = LEFT_BYTES; outputs[i].pipe >= 0 && left > 0;) {
            if (has_thread && is_held(&outputs[i], steady_now())) {
                poll(NULL, 0, (int)(HOLD / NS_PER_MS)); /* for SLOW at most; then the oldest give way */
                continue;
            }
            if (!read_piece(&outputs[i]))
                break;
            left -= PIECE_BYTES;
        }
    int64_t limit = steady_now() + FINISH_LIMIT;
    pthread_mutex_lock(&lock);
    finishing = true;
    pthread_cond_signal(&news);
    struct timespec until = {limit / SECOND, limit % SECOND};
    if (!has_thread) {
        pthread_mutex_unlock(&lock);
        write_outputs(NULL);
        return;
    }
    while (!finished && pthread_cond_timedwait(&done, &lock, &until) == 0)
        ;
    pthread_mutex_unlock(&lock);
}
