/*
 * Declarations that the guard's files share. guard.c has the loop and the commands, protocol.c lines and numbers, component.c the
 * components as the guard sees them. reaper.c is the process above each component; child.c has how its child becomes the component.
 * output.c has what a component prints, ring.c where that waits for the disk, and logfile.c where it goes. logger.c has the same for
 * services, and family.c reads /proc.
 */
#ifndef HOLDFAST_GUARD_H
#define HOLDFAST_GUARD_H

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { COMPONENTS_MAX = 1024, FIELDS_MAX = 4096 };

#define NS_PER_MS INT64_C(1000000)

/* The guard's orders to a reaper. Real-time signals, for a component may send its parent a common one by mistake. */
#define ORDER_TERM (SIGRTMIN + 1)
#define ORDER_KILL (SIGRTMIN + 2)

enum phase {
    FREE,     /* the slot is empty */
    STARTING, /* the reaper is forked, exec has not worked yet */
    RUNNING,  /* exec worked */
    ENDING,   /* the leader is over or was killed; the reaper ends the family */
    LOST      /* the reaper died before its family: what it held has come to the guard */
};

struct component {
    enum phase phase;
    bool failed;   /* exec failed and was told: end without telling again */
    bool over;     /* the leader's end is known */
    bool signaled; /* by a signal; number is that signal, else the exit code */
    int number;
    int64_t id;
    pid_t reaper;  /* a child of the guard until it is waited for; 0 afterwards */
    int words;     /* struct word after struct word from the reaper; -1 when it is gone */
    int64_t due_at; /* boot time of the next kill; 0: none */
    int64_t pause;  /* between two kills of what was lost, doubling */
    int tries;      /* kills that found nothing alive while the reaper did not leave; of LOST: empty looks */
    char *cgroup;   /* directory, or NULL */
};

extern struct component components[COMPONENTS_MAX];
extern int components_high; /* slots above are FREE */

/* What a reaper says to the guard; its exit with 0 says that nobody below it lives. */
struct word {
    enum { WORD_STARTED, WORD_FAILED, WORD_OVER } kind;
    int number;                    /* pid, errno, exit code or signal */
    bool signaled;
    unsigned long long start_time; /* of the leader */
};

/* guard.c */
extern _Atomic int64_t *kill_at; /* boot time when all must be dead, in memory shared with all reapers; 0: no lease yet */
int64_t boot_now(void);
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* protocol.c */
int line_split(char *line, char **fields);
int64_t number_of(const char *text);
int64_t ns_of_ms(const char *text);
int count_of(const char *text);

/* component.c */
void component_start(char **fields, int count, bool lease_holds);
struct component *component_by_id(int64_t id);
void component_stop(struct component *c, int64_t at);
void component_hear(struct component *c);
void components_advance(int64_t now);
void components_end_all(void);
bool is_reaper(pid_t pid);

/* child.c */
extern uid_t component_uid; /* whom components run as; 0: as the guard */
extern gid_t component_gid;
bool redirect(const char *path, int flags, int target);
_Noreturn void become_component(char **fields, pid_t reaper, int result, const int ends[]);

/* reaper.c */
_Noreturn void reaper_run(char **fields, pid_t guard, int words);

/* logfile.c */
enum { LOG_BYTES = 10 * 1024 * 1024, LOG_FILE_BYTES = LOG_BYTES / 3 }; /* of one output: the current file and two older ones */
struct log_file {
    const char *folder, *name;
    int fd; /* -1: none is open */
    off_t size;
    int error; /* of the last write, or of opening; 0: it went well */
    bool inside_line; /* what was written last does not end one */
};
size_t log_put(struct log_file *log, const char *bytes, size_t count);

/* output.c */
enum { OUTPUTS = 2 };
void outputs_read(int pipe, const char *folder, const char *name);
bool outputs_are_open(void);
bool outputs_open(const char *directory, const char *const names[], int ends[]);
int outputs_poll(struct pollfd *fds);
void outputs_hear(const struct pollfd *fds);
void outputs_finish(void);

/* ring.c: one for each output, by its number */
int64_t steady_now(void);
void ring_open(int i, const char *folder, const char *name);
void ring_keep(int i, const char *bytes, size_t count);
bool ring_is_held(int i, size_t more, int64_t now);
void rings_begin(void);
void rings_need_thread(void);
bool rings_have_thread(void);
void rings_finish(void);

/* logger.c */
_Noreturn void log_and_become(char **fields);
int read_log(char **fields);

/* family.c */
struct process {
    pid_t pid, parent, group, session;
    unsigned long long start_time; /* clock ticks since boot */
    int threads;
    char state;
    bool member;
};
bool process_read(pid_t pid, struct process *out);
void family_look(bool hunt);
int family_kill(pid_t root, const char *cgroup);
int families_kill(void);

#endif
