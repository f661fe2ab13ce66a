// SPDX-License-Identifier: Apache-2.0

// Ed25519 signatures by libsodium alone: one after the other over a message of the given length,
// with a key in plain memory. Prints signatures per second.

#include "peer.h"

#include <sodium.h>
#include <stdio.h>

int sign(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "halcyon-peer: sign needs SECONDS BYTES\n");
        return 2;
    }
    long seconds = peer_number("SECONDS", arguments[0], 1, 3600);
    long bytes = peer_number("BYTES", arguments[1], 1, 65536);
    static unsigned char message[65536];
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
    unsigned char signature[crypto_sign_BYTES];
    if (sodium_init() < 0 || crypto_sign_keypair(public_key, secret_key) != 0) {
        fprintf(stderr, "halcyon-peer: libsodium does not start\n");
        return 1;
    }
    for (long index = 0; index < bytes; index++) message[index] = (unsigned char)index;
    double begin = peer_seconds();
    double now = begin;
    long signatures = 0;
    while (now - begin < (double)seconds) {
        if (crypto_sign_detached(
                signature, NULL, message, (unsigned long long)bytes, secret_key) != 0) {
            return 1;
        }
        signatures++;
        now = peer_seconds();
    }
    printf("%.1f\n", (double)signatures / (now - begin));
    return 0;
}
