// SPDX-License-Identifier: Apache-2.0

// libgpiod 1.6. A line belongs to its chip: it is released before the chip is closed.

typedef struct gpiod_chip cgpiod_chip;
typedef struct gpiod_line cgpiod_line;

static inline int cgpiod_api(void) { return 1; }

// The chip's label is the library's own memory.
static inline const char *cgpiod_chip_label(cgpiod_chip *chip, char *buffer) {
    cgpiod_copy_name(buffer, gpiod_chip_label(chip));
    return buffer;
}

static inline unsigned cgpiod_chip_lines(cgpiod_chip *chip) {
    return gpiod_chip_num_lines(chip);
}

static inline int cgpiod_line_describe(
    cgpiod_chip *chip, unsigned offset, struct cgpiod_line_info *info) {
    struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
    if (!line) return -1;
    cgpiod_copy_name(info->name, gpiod_line_name(line));
    cgpiod_copy_name(info->consumer, gpiod_line_consumer(line));
    info->is_used = gpiod_line_is_used(line);
    info->is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    return 0;
}

static inline cgpiod_line *cgpiod_line_request(
    cgpiod_chip *chip, unsigned offset, const char *consumer,
    const struct cgpiod_settings *settings) {
    static const int biases[] = {
        0, GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
        GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN};
    static const int drives[] = {
        0, GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN, GPIOD_LINE_REQUEST_FLAG_OPEN_SOURCE};
    struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
    if (!line) return NULL;
    struct gpiod_line_request_config config = {
        .consumer = consumer, .request_type = GPIOD_LINE_REQUEST_DIRECTION_INPUT};
    if (settings->is_output) config.request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT;
    if (settings->rising) config.request_type = GPIOD_LINE_REQUEST_EVENT_RISING_EDGE;
    if (settings->falling)
        config.request_type = settings->rising ? GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES
                                               : GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE;
    config.flags = biases[settings->bias & 3] | drives[settings->drive % 3];
    if (settings->active_low) config.flags |= GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW;
    return gpiod_line_request(line, &config, settings->initial) == 0 ? line : NULL;
}

static inline void cgpiod_line_release(cgpiod_line *line) { gpiod_line_release(line); }

static inline int cgpiod_line_get(cgpiod_line *line, unsigned offset) {
    (void)offset;
    return gpiod_line_get_value(line);
}

static inline int cgpiod_line_set(cgpiod_line *line, unsigned offset, bool level) {
    (void)offset;
    return gpiod_line_set_value(line, level);
}

// -1 for a line that reports no edges.
static inline int cgpiod_line_descriptor(cgpiod_line *line) {
    return gpiod_line_event_get_fd(line);
}

// Reads waiting edges, at most `count`; the kernel keeps 16. Does not touch the library's line, so
// that it may run beside `cgpiod_line_get`.
static inline int cgpiod_edges_read(int descriptor, struct cgpiod_edge *edges, int count) {
    struct gpiod_line_event events[16];
    int got = gpiod_line_event_read_fd_multiple(descriptor, events, count < 16 ? count : 16);
    for (int i = 0; i < got; i++) {
        edges[i].nanoseconds =
            (uint64_t)events[i].ts.tv_sec * 1000000000u + (uint64_t)events[i].ts.tv_nsec;
        edges[i].sequence = 0;
        edges[i].is_rising = events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
    }
    return got;
}
