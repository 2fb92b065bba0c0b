/*
 * Lines as the supervisor sends them, and the numbers in them. Whatever bytes come are taken for something or passed over: nothing
 * here reads behind a field's end, and no number is too large to be added to another one. Fuzzed in tests/supervisor.
 */
#define _GNU_SOURCE
#include "guard.h"

#include <stdlib.h>
#include <string.h>

/* A third of what there is: a lease, its grace and the present add up. */
#define LARGEST (INT64_MAX / 3)

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A % without two digits behind it is left out; so an empty field is a single %. */
static void unescape(char *field)
{
    char *to = field;
    for (const char *from = field; *from; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        int high = digit(from[1]), low = high < 0 ? -1 : digit(from[2]);
        if (low < 0)
            continue;
        *to++ = (char)(high * 16 + low);
        from += 2;
    }
    *to = 0;
}

/* The fields, ended by NULL; there is room for FIELDS_MAX + 1. What is beyond them is left out. */
int line_split(char *line, char **fields)
{
    int count = 0;
    for (char *field; count < FIELDS_MAX && (field = strsep(&line, " "));) {
        unescape(field);
        fields[count++] = field;
    }
    fields[count] = NULL;
    return count;
}

/* 0 to max; what is less or no number is 0, what is more is max. */
static int64_t number_to(const char *text, int64_t max)
{
    long long value = strtoll(text, NULL, 10); /* as much as there is, where atoll says nothing */
    return value < 0 ? 0 : value > max ? max : value;
}

int64_t number_of(const char *text)
{
    return number_to(text, LARGEST);
}

int64_t ns_of_ms(const char *text)
{
    return number_to(text, LARGEST / NS_PER_MS) * NS_PER_MS;
}

/* The fields before a command: -1 when the count is no number, or more than there can be. */
int count_of(const char *text)
{
    int64_t value = number_of(text);
    return value < 1 || value > FIELDS_MAX ? -1 : (int)value;
}
