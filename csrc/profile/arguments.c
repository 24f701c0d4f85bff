/* SPDX-License-Identifier: MIT */
/* What stands in the registers and on the stack of a call. */
#include "arguments.h"

#include <ctype.h>

static bool is_word(const struct symbol *symbol, char letter)
{
    if (!symbol->cblas) return letter != 'L';
    if (letter == 'r') return false;
    return letter != 'a' || symbol->dtype == 'c' || symbol->dtype == 'z';
}

struct letters letters_of(const struct symbol *symbol)
{
    struct letters letters = {{0}};
    int n = 0;
    for (const char *letter = symbol->arguments; *letter; letter++)
        if (is_word(symbol, *letter)) letters.of[n++] = *letter;
    return letters;
}

int64_t integer_of(const struct symbol *symbol, word argument)
{
    if (symbol->cblas) return symbol->bits == 32 ? (int32_t)argument : argument;
    return symbol->bits == 32 ? *(const int32_t *)argument : *(const int64_t *)argument;
}

/* The values of CBLAS's enumerations: 101 CblasRowMajor, 111 CblasNoTrans, 121 CblasUpper, 131 CblasNonUnit,
 * 141 CblasLeft, and on. */
char flag_of(const struct symbol *symbol, word argument)
{
    static const char flags[][5] = {"rc", "ntcr", "ul", "nu", "lr"};
    if (!symbol->cblas) return (char)tolower(*(const unsigned char *)argument);
    const int value = (int)argument - 101, group = value / 10, member = value % 10;
    return value >= 0 && group < 5 && member < 4 && flags[group][member] ? flags[group][member] : '?';
}

bool fits_32_bits(const struct symbol *symbol, const word *arguments)
{
    const struct letters letters = letters_of(symbol);
    for (int i = 0; letters.of[i]; i++)
        if (is_integer(letters.of[i])) {
            const int64_t value = integer_of(symbol, arguments[i]);
            if (value != (int32_t)value) return false;
        }
    return true;
}

void widen(const struct symbol *symbol, word *arguments, int64_t *room)
{
    const struct letters letters = letters_of(symbol);
    for (int i = 0; letters.of[i]; i++)
        if (is_integer(letters.of[i])) {
            room[i] = integer_of(symbol, arguments[i]);
            arguments[i] = symbol->cblas ? (word)room[i] : (word)&room[i];
        }
}
