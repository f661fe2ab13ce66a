// SPDX-License-Identifier: Apache-2.0
//
// The part of toml++ (a C++ library, which Swift cannot call without C++ interoperability in every
// importing module) that a reader of configuration needs: parse a text and walk over what it holds.

#ifndef HALCYON_CTOML_H
#define HALCYON_CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a walk meets, in the order of the walk. `line` is the line of the value, the first being 1.
/// Texts are UTF-8 of `length` bytes, not terminated, and live only during the call.
struct toml_visitor {
    void *context;
    void (*key)(void *context, const char *text, size_t length);
    void (*table_begin)(void *context, uint32_t line);
    void (*array_begin)(void *context, uint32_t line);
    void (*end)(void *context);
    void (*text)(void *context, uint32_t line, const char *text, size_t length);
    void (*integer)(void *context, uint32_t line, int64_t value);
    void (*number)(void *context, uint32_t line, double value);
    void (*boolean)(void *context, uint32_t line, bool value);
    void (*other)(void *context, uint32_t line);
};

/// Where and why a text is not TOML.
struct toml_failure {
    uint32_t line;
    char message[256];
};

/// Parses `length` bytes of `text` and walks over the document; false, with `failure` filled in
/// and nothing visited, if it is not TOML 1.0.
bool toml_walk(const char *text, size_t length, const struct toml_visitor *visitor,
               struct toml_failure *failure);

#ifdef __cplusplus
}
#endif

#endif
