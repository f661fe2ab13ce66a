// SPDX-License-Identifier: Apache-2.0

// Ed25519 signatures by libsodium alone: one after the other over a message of the given length.
// The key lies in plain memory, or in guarded memory that is open only while it is needed. Prints
// signatures per second.

#include "peer.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

int sign(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "halcyon-peer: sign needs plain or guarded, MILLISECONDS and BYTES\n");
        return 2;
    }
    int guarded = strcmp(arguments[0], "guarded") == 0;
    double seconds = (double)peer_number("MILLISECONDS", arguments[1], 1, 3600000) / 1000;
    long bytes = peer_number("BYTES", arguments[2], 1, 65536);
    static unsigned char message[65536];
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char plain_key[crypto_sign_SECRETKEYBYTES];
    unsigned char signature[crypto_sign_BYTES];
    if (sodium_init() < 0) return 1;
    unsigned char *secret_key = guarded ? sodium_malloc(sizeof plain_key) : plain_key;
    if (secret_key == NULL || crypto_sign_keypair(public_key, secret_key) != 0) {
        fprintf(stderr, "halcyon-peer: libsodium does not start\n");
        return 1;
    }
    for (long index = 0; index < bytes; index++) message[index] = (unsigned char)index;
    double begin = peer_seconds();
    double now = begin;
    long signatures = 0;
    while (now - begin < seconds) {
        if (guarded && sodium_mprotect_readonly(secret_key) != 0) return 1;
        int failure = crypto_sign_detached(
            signature, NULL, message, (unsigned long long)bytes, secret_key);
        if (guarded && sodium_mprotect_noaccess(secret_key) != 0) return 1;
        if (failure != 0) return 1;
        signatures++;
        now = peer_seconds();
    }
    printf("%.1f\n", (double)signatures / (now - begin));
    return 0;
}
