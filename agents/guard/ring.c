/*
 * A ring for each output, and the thread that brings to the log files what they hold. Whoever fills a ring never waits for a disk:
 * the oldest bytes give way, and a line in the log says how many.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND (1000 * NS_PER_MS)
#define SLOW (250 * NS_PER_MS)     /* a write that takes longer is the disk's fault */
#define FINISH_LIMIT (2 * SECOND)

enum {
    BURST_BYTES = LOG_FILE_BYTES,
    RATE = 256 * 1024,                      /* bytes a second that go to the disk for long */
    RING_BYTES = 64 * 1024
};

struct ring {
    int64_t full_since; /* 0: the ring has room; of who fills it alone */

    /* under the lock */
    char bytes[RING_BYTES];
    uint64_t head, tail; /* bytes that ever came, and that were written or gave way */
    uint64_t dropped;    /* gave way since the last note */

    int64_t filled_at, retry_at, tokens;

    /* of the thread alone */
    struct log_file log;
    bool slow;
};

static struct ring rings[OUTPUTS];
static char copy[RING_BYTES]; /* of the thread */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news, done;
static bool has_thread, finishing, finished;

int64_t steady_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

/* Before the thread begins. */
void ring_open(int i, const char *folder, const char *name)
{
    rings[i].log = (struct log_file){.folder = folder, .name = name, .fd = -1}; /* this field alone: the ring stays untouched */
}

void ring_keep(int i, const char *bytes, size_t count)
{
    struct ring *r = &rings[i];
    pthread_mutex_lock(&lock);
    for (size_t at = 0; at < count;) {
        size_t place = (size_t)(r->head % RING_BYTES);
        size_t part = count - at < RING_BYTES - place ? count - at : RING_BYTES - place;
        memcpy(r->bytes + place, bytes + at, part);
        r->head += part;
        at += part;
    }
    if (r->head - r->tail > RING_BYTES) {
        r->dropped += r->head - RING_BYTES - r->tail;
        r->tail = r->head - RING_BYTES;
    }
    pthread_cond_signal(&news);
    pthread_mutex_unlock(&lock);
}

/* When this output is to be written next; now or earlier: at once. INT64_MAX: there is nothing. Under the lock. */
static int64_t due(struct ring *r, int64_t now)
{
    if (r->head == r->tail && !r->dropped)
        return INT64_MAX;
    int64_t fresh = (now - r->filled_at) / (SECOND / RATE);
    if (fresh > 0) {
        r->tokens = r->tokens + fresh < BURST_BYTES ? r->tokens + fresh : BURST_BYTES;
        r->filled_at = now;
    }
    /* After a gap whole rings, so that lines stand together. */
    int64_t needed = r->dropped ? (int64_t)(r->head - r->tail) : 1;
    int64_t at = r->tokens >= needed ? now : now + (needed - r->tokens) * (SECOND / RATE);
    return at > r->retry_at ? at : r->retry_at;
}

/* The thread is only busy, and what may be written would give way: its writer waits for a moment, as it would for a file. */
bool ring_is_held(int i, size_t more, int64_t now)
{
    struct ring *r = &rings[i];
    pthread_mutex_lock(&lock);
    bool is_full = r->head - r->tail + more > RING_BYTES, is_limited = due(r, now) > now;
    pthread_mutex_unlock(&lock);
    r->full_since = !is_full ? 0 : r->full_since ? r->full_since : now;
    return is_full && !is_limited && now - r->full_since < SLOW;
}

/* On a line of its own, so that whoever reads the log sees that it has a gap, and why. */
static bool note(struct ring *r, uint64_t dropped)
{
    char text[256], at[32];
    time_t seconds = time(NULL);
    struct tm utc;
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    int size = snprintf(text, sizeof text, "%s[holdfast %s] %s %llu bytes are left out here: %s%s\n", r->log.inside_line ? "\n" : "", at,
        r->log.error || r->slow ? "HB-381" : "HB-380", (unsigned long long)dropped,
        r->log.error ? "the disk did not take them: " : r->slow ? "the disk was too slow" : "more than 256 KiB a second for long",
        r->log.error ? strerror(r->log.error) : "");
    return log_put(&r->log, text, (size_t)size) == (size_t)size;
}

/* Writes what the ring holds; the lock is given back meanwhile. False: the disk did not take all of it. */
static bool write_ring(struct ring *r)
{
    uint64_t from = r->tail, to = r->head, dropped = r->dropped;
    size_t count = (size_t)(to - from), place = (size_t)(from % RING_BYTES);
    size_t first = count < RING_BYTES - place ? count : RING_BYTES - place;
    memcpy(copy, r->bytes + place, first);
    memcpy(copy + first, r->bytes, count - first);
    pthread_mutex_unlock(&lock);
    size_t skip = 0;
    if (dropped) { /* what is left of a line without its beginning goes too, unless there is nothing else */
        const char *end = memchr(copy, '\n', count);
        skip = end && end + 1 < copy + count ? (size_t)(end + 1 - copy) : 0;
    }
    int64_t began = steady_now();
    bool noted = !dropped || note(r, dropped + skip);
    size_t taken = noted ? log_put(&r->log, copy + skip, count - skip) + skip : 0;
    int64_t ended = steady_now();
    r->slow = ended - began > SLOW;
    bool all = noted && taken == count;
    pthread_mutex_lock(&lock);
    r->tokens -= (int64_t)taken;
    r->retry_at = all ? 0 : ended + SECOND;
    if (dropped && noted)
        r->dropped -= dropped;
    if (r->tail > from) { /* some of these gave way meanwhile, and were written all the same */
        uint64_t until = from + taken < r->tail ? from + taken : r->tail;
        r->dropped -= until - from;
    }
    if (from + taken > r->tail)
        r->tail = from + taken;
    if (r->head == r->tail)
        r->head = r->tail = 0; /* a component that says little touches little memory */
    return all;
}

static void *write_rings(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    while (!finishing) {
        int64_t now = steady_now(), next = INT64_MAX;
        for (int i = 0; i < OUTPUTS; i++) {
            int64_t at = due(&rings[i], now);
            if (at <= now)
                write_ring(&rings[i]);
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
        while (due(&rings[i], steady_now()) != INT64_MAX && write_ring(&rings[i]))
            ;
    finished = true;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void begin_thread(void)
{
    pthread_attr_t small;
    pthread_t thread;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)64 * 1024);
    has_thread = pthread_create(&thread, &small, write_rings, NULL) == 0;
    pthread_attr_destroy(&small);
}

/* There may have been no room for it. */
void rings_need_thread(void)
{
    if (!has_thread)
        begin_thread();
}

bool rings_have_thread(void)
{
    return has_thread;
}

/* After the fork: the component begins with one thread. */
void rings_begin(void)
{
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&news, &steady);
    pthread_cond_init(&done, &steady);
    for (int i = 0; i < OUTPUTS; i++) {
        rings[i].tokens = BURST_BYTES;
        rings[i].filled_at = steady_now();
    }
    begin_thread();
}

/* What the rings hold goes to the files, unless the disk hangs. */
void rings_finish(void)
{
    int64_t limit = steady_now() + FINISH_LIMIT;
    pthread_mutex_lock(&lock);
    finishing = true;
    pthread_cond_signal(&news);
    struct timespec until = {limit / SECOND, limit % SECOND};
    if (!has_thread) {
        pthread_mutex_unlock(&lock);
        write_rings(NULL);
        return;
    }
    while (!finished && pthread_cond_timedwait(&done, &lock, &until) == 0)
        ;
    pthread_mutex_unlock(&lock);
}
