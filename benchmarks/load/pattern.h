/*
 * What a stream carries, so that any byte that is lost, doubled, or in another's place is found, cheaply.
 *
 * Each page of a stream begins with a word that depends on the stream's seed and on the offset; the rest of a page is always
 * the same. A run that measures checks the words: bytes that go missing shift all that follows. A run that warms up checks
 * every byte. In the last block of a stream the words are inverted.
 */
#pragma once

#include "load.h"

#include <string.h>

enum { PAGE_BYTES = 4096, WORD_BYTES = 8 };

static inline uint64_t pattern_word(uint64_t seed, uint64_t offset, bool last)
{
    uint64_t word = (seed + offset) * 0x9E3779B97F4A7C15u;
    return last ? ~word : word;
}

/* Fills a block once; pattern_mark then does what differs from block to block. */
static inline void pattern_fill(unsigned char *block)
{
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = (unsigned char)((i % PAGE_BYTES) * 31 + 7);
}

static inline void pattern_mark(unsigned char *block, uint64_t seed, uint64_t offset, bool last)
{
    for (size_t page = 0; page < BLOCK_BYTES; page += PAGE_BYTES) {
        uint64_t word = pattern_word(seed, offset + page, last);
        memcpy(block + page, &word, WORD_BYTES);
    }
}

struct pattern_check {
    const unsigned char *page; /* of a block that pattern_fill has filled */
    uint64_t seed;
    uint64_t offset;
    uint64_t wrong_at;
    bool every_byte;
    bool last; /* whether the block under way is the last one */
};

static inline void pattern_compare(struct pattern_check *check, const void *got, const void *expected, size_t count)
{
    if (check->wrong_at == NOTHING_WRONG && memcmp(got, expected, count) != 0)
        check->wrong_at = check->offset;
}

/* Takes the next bytes of a stream. */
static inline void pattern_take(struct pattern_check *check, const unsigned char *bytes, size_t count)
{
    while (count > 0) {
        size_t in_page = check->offset % PAGE_BYTES;
        size_t taken;
        if (in_page < WORD_BYTES) {
            taken = WORD_BYTES - in_page < count ? WORD_BYTES - in_page : count;
            uint64_t page_offset = check->offset - in_page;
            if (check->offset % BLOCK_BYTES == 0) {
                uint64_t inverted = pattern_word(check->seed, page_offset, true);
                check->last = bytes[0] == *(unsigned char *)&inverted;
            }
            uint64_t word = pattern_word(check->seed, page_offset, check->last);
            pattern_compare(check, bytes, (unsigned char *)&word + in_page, taken);
        } else {
            taken = PAGE_BYTES - in_page < count ? PAGE_BYTES - in_page : count;
            if (check->every_byte)
                pattern_compare(check, bytes, check->page + in_page, taken);
        }
        check->offset += taken;
        bytes += taken;
        count -= taken;
    }
}

static inline bool pattern_complete(const struct pattern_check *check)
{
    return check->wrong_at != NOTHING_WRONG || (check->last && check->offset % BLOCK_BYTES == 0);
}
