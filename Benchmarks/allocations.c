/* Counts the allocations of a process that is started with this library in LD_PRELOAD, C and Swift alike.
   SIGUSR2 prints the totals so far on standard error: "allocations N bytes M". */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* The allocator of glibc under names that nothing interposes: dlsym allocates and so cannot be used here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_ulong allocations;
static atomic_ulong bytes;

static void count(size_t size) {
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
    count(members * size);
    return __libc_calloc(members, size);
}

void *realloc(void *old, size_t size) {
    count(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    count(size);
    void *block = __libc_memalign(alignment, size);
    if (block == NULL) return ENOMEM;
    *result = block;
    return 0;
}

/* Only async-signal-safe calls below: the signal may arrive inside malloc. */
static size_t append_number(char *text, size_t length, unsigned long value) {
    char digits[24];
    size_t used = 0;
    do {
        digits[used++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (used != 0) text[length++] = digits[--used];
    return length;
}

static size_t append_text(char *text, size_t length, const char *more) {
    size_t added = strlen(more);
    memcpy(text + length, more, added);
    return length + added;
}

static void report(int signal_number) {
    (void)signal_number;
    int saved = errno;
    char line[96];
    size_t length = append_text(line, 0, "allocations ");
    length = append_number(line, length, atomic_load(&allocations));
    length = append_text(line, length, " bytes ");
    length = append_number(line, length, atomic_load(&bytes));
    length = append_text(line, length, "\n");
    ssize_t written = write(STDERR_FILENO, line, length);
    (void)written;
    errno = saved;
}

__attribute__((constructor)) static void install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = report;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR2, &action, NULL);
}
