// SPDX-License-Identifier: Apache-2.0

// Swift can call every function of libsodium that we use as it is: no wrappers.
#ifndef HALCYON_CSODIUM_H
#define HALCYON_CSODIUM_H

#include <sodium.h>

#endif
