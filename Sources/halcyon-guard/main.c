// SPDX-License-Identifier: Apache-2.0

// Puts outputs into their safe states when the process that looks after them can't any more: where
// the kernel holds an output (an LED, a PWM, a GPIO line that it leaves driven), it would stay as it was
// for ever.
//
// A program of its own, in C, because it must cost next to nothing and share no fate with the one it
// watches: no threads, no heap, a few pages of memory. Standard input is a SOCK_SEQPACKET socket, one
// message each:
//
//     L NUMBER PATH TEXT   learn an output and what to write to which file, both in hexadecimal
//     G NUMBER PATH TEXT   the same of a line of a GPIO chip: the chip's device, and the line's offset,
//                          flags and level and the chip's label
//     A NUMBER UPTIME      write it when that uptime (CLOCK_BOOTTIME, milliseconds) comes
//     D NUMBER             it shows its safe state: leave it alone
//     F NUMBER             forget it
//     Q                    end, and leave everything alone
//
// An output that was learnt is armed until the first D. At the end of the input every armed output
// is written, a few times if need be, and the program ends.

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    OUTPUTS_MAX = 256,
    PATH_BYTES_MAX = 512,
    TEXT_BYTES_MAX = 64,
    MESSAGE_BYTES_MAX = 2 * (PATH_BYTES_MAX + TEXT_BYTES_MAX) + 64,
    RETRY_MILLISECONDS = 100,
    LAST_ATTEMPTS_MAX = 10,
};

static struct output {
    bool is_known;
    bool is_armed;
    bool is_line;
    int64_t deadline;
    size_t text_bytes;
    char path[PATH_BYTES_MAX + 1];
    char text[TEXT_BYTES_MAX + 1];
} outputs[OUTPUTS_MAX];

static int64_t uptime(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int nibble(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

// The number of bytes, or -1 if the text is not hexadecimal or too long.
static long decode(const char *hex, char *bytes, size_t most) {
    size_t count = strlen(hex) / 2;
    if (strlen(hex) % 2 != 0 || count > most) return -1;
    for (size_t index = 0; index < count; index++) {
        int high = nibble(hex[2 * index]);
        int low = nibble(hex[2 * index + 1]);
        if (high < 0 || low < 0) return -1;
        bytes[index] = (char)(high << 4 | low);
    }
    return (long)count;
}

// By a request of the line (Linux 5.10, uapi/linux/gpio.h), which is refused as long as somebody has
// it. It is let go at once, for the next start to have it: what the kernel leaves driven stays safe.
static bool make_line_safe(const struct output *output) {
    struct gpio_v2_line_request request = {.num_lines = 1, .consumer = "halcyon-guard"};
    struct gpio_v2_line_config_attribute *first = &request.config.attrs[0];
    char *rest = NULL;
    request.offsets[0] = (uint32_t)strtoul(output->text, &rest, 10);
    request.config.flags = strtoull(rest, &rest, 10);
    request.config.num_attrs = 1;
    first->attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
    first->attr.values = strtoull(rest, &rest, 10);
    first->mask = 1;
    if (*rest != ' ') return false;
    int chip = open(output->path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (chip < 0) return false;
    // The number of a chip that was unplugged may be another one's now.
    struct gpiochip_info info = {0};
    bool is_safe = ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, &info) == 0 &&
                   strncmp(info.label, rest + 1, sizeof info.label) == 0 &&
                   ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0;
    if (is_safe) close(request.fd);
    close(chip);
    return is_safe;
}

// In one write, as the kernel's files want it; false if it was not taken.
static bool make_safe(const struct output *output) {
    if (output->is_line) return make_line_safe(output);
    int file = open(output->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) return false;
    ssize_t written = pwrite(file, output->text, output->text_bytes, 0);
    close(file);
    return written == (ssize_t)output->text_bytes;
}

static void learn(struct output *output, bool is_line, const char *path, const char *text) {
    struct output new = {
        .is_known = true, .is_armed = true, .is_line = is_line, .deadline = INT64_MAX};
    long path_bytes = decode(path, new.path, PATH_BYTES_MAX);
    long text_bytes = decode(text, new.text, TEXT_BYTES_MAX);
    if (path_bytes < 1 || text_bytes < 1) return;
    new.text_bytes = (size_t)text_bytes;
    *output = new;
}

static void take(char *message) {
    char *rest = message;
    const char *verb = strtok_r(message, " ", &rest);
    const char *number = strtok_r(NULL, " ", &rest);
    if (!verb) return;
    if (*verb == 'Q') exit(0);
    char *end = NULL;
    unsigned long index = number ? strtoul(number, &end, 10) : OUTPUTS_MAX;
    if (!number || *end || index >= OUTPUTS_MAX) return;
    struct output *output = &outputs[index];
    const char *first = strtok_r(NULL, " ", &rest);
    const char *second = strtok_r(NULL, " ", &rest);
    switch (*verb) {
    case 'L':
    case 'G':
        if (first && second) learn(output, *verb == 'G', first, second);
        break;
    case 'A':
        output->is_armed = true;
        output->deadline = first ? strtoll(first, NULL, 10) : 0;
        break;
    case 'D': output->is_armed = false; break;
    case 'F': output->is_known = false; break;
    }
}

// Writes what is due; the milliseconds until more is, -1 for never.
static int act(void) {
    int64_t now = uptime();
    int64_t next = INT64_MAX;
    for (int index = 0; index < OUTPUTS_MAX; index++) {
        struct output *output = &outputs[index];
        if (!output->is_known || !output->is_armed) continue;
        if (output->deadline <= now) {
            if (make_safe(output)) {
                output->is_armed = false;
                continue;
            }
            output->deadline = now + RETRY_MILLISECONDS;
        }
        if (output->deadline < next) next = output->deadline;
    }
    if (next == INT64_MAX) return -1;
    return next - now > 3600000 ? 3600000 : (int)(next - now);
}

// The input has ended: whoever looked after the outputs is gone.
static int finish(void) {
    int failed = 0;
    for (int attempt = 0; attempt < LAST_ATTEMPTS_MAX; attempt++) {
        failed = 0;
        for (int index = 0; index < OUTPUTS_MAX; index++) {
            struct output *output = &outputs[index];
            if (!output->is_known || !output->is_armed) continue;
            output->is_armed = !make_safe(output);
            failed += output->is_armed;
        }
        if (failed == 0) return 0;
        poll(NULL, 0, RETRY_MILLISECONDS);
    }
    return 1;
}

int main(void) {
    // Apart from the terminal and the signals that end the process it watches.
    setsid();
    close(1);
    close(2);
    const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2};
    for (size_t index = 0; index < sizeof ignored / sizeof *ignored; index++)
        signal(ignored[index], SIG_IGN);
    prctl(PR_SET_NAME, "halcyon-guard");
    static char message[MESSAGE_BYTES_MAX + 1];
    while (true) {
        struct pollfd input = {.fd = 0, .events = POLLIN};
        int ready = poll(&input, 1, act());
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        ssize_t count = recv(0, message, MESSAGE_BYTES_MAX, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return finish();
        message[count] = 0;
        take(message);
    }
}
