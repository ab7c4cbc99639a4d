/* Durations, each kept, so that a percentile is exact. */
#pragma once

#include "load.h"

#include <stdlib.h>

struct latencies {
    uint32_t *nanos;
    size_t count;
    size_t room;
};

static inline void latency_add(struct latencies *l, uint64_t nanos)
{
    if (l->count == l->room) {
        l->room = l->room == 0 ? 1 << 16 : l->room * 2;
        l->nanos = realloc(l->nanos, l->room * sizeof *l->nanos);
        if (l->nanos == NULL)
            fail("realloc");
    }
    l->nanos[l->count++] = nanos > UINT32_MAX ? UINT32_MAX : (uint32_t)nanos;
}

static inline int latency_order(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static inline void latency_sort(struct latencies *l)
{
    qsort(l->nanos, l->count, sizeof *l->nanos, latency_order);
}

/* In microseconds; of sorted durations. */
static inline double latency_percentile(const struct latencies *l, double percent)
{
    return l->count == 0 ? 0 : l->nanos[(size_t)((double)(l->count - 1) * percent / 100)] / 1e3;
}
