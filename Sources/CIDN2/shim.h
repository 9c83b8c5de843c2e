// What Gatehouse uses of libidn2 and of libunistring, the Unicode library that libidn2 itself is built on.
#ifndef GATEHOUSE_CIDN2_SHIM_H
#define GATEHOUSE_CIDN2_SHIM_H

#include <idn2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

// Frees memory that held a text which may be a password; explicit_bzero is not left out by an optimiser.
static inline void gatehouse_wipe_free(uint8_t *text, size_t count) {
    if (text == NULL) return;
    explicit_bzero(text, count);
    free(text);
}

static inline void gatehouse_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }

// Normalization form C; the forms are macros that Swift cannot see. NULL for bytes that are not UTF-8, which the library
// itself would replace.
static inline uint8_t *gatehouse_compose(const uint8_t *text, size_t count, size_t *length) {
    if (u8_check(text, count) != NULL) return NULL;
    return u8_normalize(UNINORM_NFC, text, count, NULL, length);
}

// Full case folding for a canonical caseless match (Unicode 3.13, D145), in form C. No language is named, so Turkish
// gets no rules of its own.
static inline uint8_t *gatehouse_fold(const uint8_t *text, size_t count, size_t *length) {
    if (u8_check(text, count) != NULL) return NULL;
    size_t middle = 0;
    uint8_t *decomposed = u8_normalize(UNINORM_NFD, text, count, NULL, &middle);
    if (decomposed == NULL) return NULL;
    uint8_t *folded = u8_casefold(decomposed, middle, NULL, UNINORM_NFC, NULL, length);
    gatehouse_wipe_free(decomposed, middle);
    return folded;
}

#endif
