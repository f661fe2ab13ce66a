// SPDX-License-Identifier: Apache-2.0

// Swift can call every function of blst that we use as it is: no wrappers.
#ifndef HALCYON_CBLST_H
#define HALCYON_CBLST_H

#include <blst.h>
#include <blst_aux.h>

#endif
