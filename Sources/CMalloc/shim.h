// SPDX-License-Identifier: Apache-2.0
//
// glibc's <malloc.h>, which Swift's module of the C library leaves out: mallopt and malloc_trim.

#include <malloc.h>
