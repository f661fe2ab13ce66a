// SPDX-License-Identifier: Apache-2.0

// Functions that the static Swift runtime, built against a newer glibc, asks for and Debian 12's glibc (2.36) does
// not have. All are weak: a libc that has them wins.

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#define COMPAT __attribute__((weak, visibility("hidden")))

// Declared here, not by <stdlib.h> and <stdio.h>: those may rename them to the very functions defined below.
long strtol(const char *text, char **end, int base);
long long strtoll(const char *text, char **end, int base);
unsigned long strtoul(const char *text, char **end, int base);
unsigned long long strtoull(const char *text, char **end, int base);
int vsscanf(const char *text, const char *format, va_list arguments);

// The C23 forms differ only in accepting "0b", which nothing here is given.
COMPAT long __isoc23_strtol(const char *text, char **end, int base) {
    return strtol(text, end, base);
}

COMPAT long long __isoc23_strtoll(const char *text, char **end, int base) {
    return strtoll(text, end, base);
}

COMPAT unsigned long __isoc23_strtoul(const char *text, char **end, int base) {
    return strtoul(text, end, base);
}

COMPAT unsigned long long __isoc23_strtoull(const char *text, char **end, int base) {
    return strtoull(text, end, base);
}

COMPAT int __isoc23_sscanf(const char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int count = vsscanf(text, format, arguments);
    va_end(arguments);
    return count;
}

COMPAT size_t strlcpy(char *to, const char *from, size_t size) {
    const size_t length = strlen(from);
    if (size > 0) {
        const size_t kept = length < size ? length : size - 1;
        memcpy(to, from, kept);
        to[kept] = '\0';
    }
    return length;
}

COMPAT size_t strlcat(char *to, const char *from, size_t size) {
    const size_t used = strnlen(to, size);
    if (used == size) return size + strlen(from);
    return used + strlcpy(to + used, from, size - used);
}
