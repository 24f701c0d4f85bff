/* SPDX-License-Identifier: MIT */
/* What was called: a hash table that is only ever added to. */
#define _GNU_SOURCE
#include "table.h"

#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"

enum { PROBES = 256 }; /* after so many other entries the table counts as full */

static struct table *table;

struct table *get_table(void) { return table; }

__attribute__((constructor)) static void map_table(void)
{
    const char *path = getenv(TABLE_VARIABLE);
    const int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct stat status;
    if (file < 0) return;
    if (fstat(file, &status) == 0 && status.st_size == sizeof *table) {
        void *mapped = mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (mapped != MAP_FAILED) table = mapped;
    }
    close(file);
    if (table) atomic_fetch_add(&table->processes, 1);
}

static int write_name(struct dl_phdr_info *object, size_t size, void *file)
{
    (void)size;
    if (object->dlpi_name[0] == '/') fprintf(file, "%s\n", object->dlpi_name);
    return 0;
}

/* Why nothing was called is told by what was loaded: its list is kept beside the table. */
__attribute__((destructor)) static void list_libraries(void)
{
    char path[4096];
    const char *beside = getenv(TABLE_VARIABLE);
    if (!table || !beside || snprintf(path, sizeof path, "%s.libraries", beside) >= (int)sizeof path) return;
    FILE *file = fopen(path, "ae");
    if (!file) return;
    dl_iterate_phdr(write_name, file);
    fclose(file);
}

/* The arguments that tell this entry from others. */
static struct entry describe(const struct symbol *symbol, const word *arguments, bool own)
{
    struct entry entry = {.dtype = symbol->dtype, .cblas = symbol->cblas, .own = own};
    if (symbol->arguments[0] == 'L') entry.layout = 'c';
    const struct letters letters = letters_of(symbol);
    int sizes = 0, flags = 0;
    for (int i = 0; letters.of[i]; i++) {
        const char letter = letters.of[i];
        if (letter == 'L' || letter == 'O') entry.layout = flag_of(symbol, arguments[i]);
        else if (strchr("sutd", letter)) entry.flag[flags++] = flag_of(symbol, arguments[i]);
        else if (is_size(letter)) {
            entry.size[sizes] = integer_of(symbol, arguments[i]);
            entry.size_name[sizes++] = letter;
        }
    }
    return entry;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u; /* FNV-1a */
    return hash;
}

static uint64_t hash_of(const struct symbol *symbol, const struct entry *entry)
{
    uint64_t hash = mix(0xcbf29ce484222325u, symbol->name, strlen(symbol->name));
    for (int i = 0; i < SIZES; i++) hash = mix(hash, &entry->size[i], sizeof entry->size[i]);
    hash = mix(hash, entry->flag, FLAGS);
    hash = mix(hash, &entry->layout, 1);
    return mix(hash, &entry->own, 1) | 1;
}

/* Whoever finds a free entry first fills it in; others may count in it meanwhile. */
static void fill(struct entry *entry, const struct symbol *symbol, const struct entry *like)
{
    memcpy(entry->size, like->size, sizeof entry->size);
    memcpy(entry->size_name, like->size_name, sizeof entry->size_name);
    memcpy(entry->flag, like->flag, sizeof entry->flag);
    snprintf(entry->symbol, sizeof entry->symbol, "%s", symbol->name);
    snprintf(entry->routine, sizeof entry->routine, "%s", symbol->routine);
    entry->dtype = like->dtype, entry->layout = like->layout, entry->cblas = like->cblas, entry->own = like->own;
}

/* Entries are told apart by their keys alone: two of 32768 have the same 63 bits once in 10^10 programs. */
struct entry *find_entry(const struct symbol *symbol, const word *arguments, bool own)
{
    if (!table) return NULL;
    const struct entry wanted = describe(symbol, arguments, own);
    const uint64_t key = hash_of(symbol, &wanted);
    for (uint64_t i = 0; i < PROBES; i++) {
        struct entry *entry = &table->entries[((key >> 32) + i) % ENTRIES];
        uint64_t found = atomic_load_explicit(&entry->key, memory_order_relaxed);
        if (found == 0 && atomic_compare_exchange_strong(&entry->key, &found, key)) {
            fill(entry, symbol, &wanted);
            return entry;
        }
        if (found == key) return entry;
    }
    return NULL;
}

void count(struct entry *entry, uint64_t nanoseconds)
{
    if (!table) return;
    atomic_fetch_add_explicit(entry ? &entry->calls : &table->unlisted_calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(entry ? &entry->nanoseconds : &table->unlisted_nanoseconds, nanoseconds,
                              memory_order_relaxed);
}
