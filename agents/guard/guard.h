/* What the guard's files share: guard.c (loop, protocol), component.c (a component's life), family.c (/proc). */
#ifndef HOLDFAST_GUARD_H
#define HOLDFAST_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { COMPONENTS_MAX = 1024, FIELDS_MAX = 4096 };

#define NS_PER_MS INT64_C(1000000)

enum phase {
    FREE,     /* the slot is empty */
    STARTING, /* forked, not yet known whether exec works */
    RUNNING,  /* exec worked */
    ENDING    /* the leader is over (a zombie that keeps its pid ours), its family is being killed */
};

struct component {
    enum phase phase;
    bool failed;         /* exec failed and was told: end without telling again */
    long id;
    pid_t leader;        /* pid = process group = session */
    int exec_pipe;       /* carries errno when exec failed, end of file when it worked; -1 when done */
    int64_t due_at;      /* boot time of the next kill (RUNNING) or sweep (ENDING); 0: none */
    int64_t sweep_pause; /* between two sweeps, doubling */
    char *cgroup;        /* directory, or NULL */
    char *tag;           /* NAME=value that every process of this component carries in its environment */
};

extern struct component components[COMPONENTS_MAX];
extern int components_high; /* slots above are FREE */

/* guard.c */
int64_t boot_now(void);
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* component.c */
void component_start(char **fields, int count, bool lease_holds);
struct component *component_by_id(long id);
void component_stop(struct component *c, int64_t kill_at);
void component_exec_result(struct component *c);
void components_advance(int64_t now);
void components_end_all(void);

/* family.c */
struct process {
    pid_t pid, parent, group, session;
    unsigned long long start_time; /* clock ticks since boot */
    char state;
    bool member;
};
bool process_read(pid_t pid, struct process *out);
void family_look(void);
int family_kill(const struct component *c);
int descendants_kill(void);
void orphans_reap(void);

#endif
