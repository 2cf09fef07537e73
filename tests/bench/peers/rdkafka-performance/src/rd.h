// SPDX-License-Identifier: GPL-3.0-or-later
// What rdkafka_performance.c, which ships with librdkafka-dev, takes from librdkafka's own sources.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define RD_MIN(a, b) ((a) < (b) ? (a) : (b))
#define RD_MAX(a, b) ((a) > (b) ? (a) : (b))
#define rd_snprintf snprintf

typedef int64_t rd_ts_t;

/// Microseconds of a clock that never jumps.
static inline rd_ts_t rd_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (rd_ts_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
