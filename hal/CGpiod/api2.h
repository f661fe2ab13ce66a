// SPDX-License-Identifier: Apache-2.0

// libgpiod 2. A request lives apart from its chip.

typedef struct gpiod_chip cgpiod_chip;
typedef struct gpiod_line_request cgpiod_line;

static inline int cgpiod_api(void) { return 2; }

// The library hands out a copy of the chip's description, which has to be freed.
static inline const char *cgpiod_chip_label(cgpiod_chip *chip, char *buffer) {
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) return NULL;
    cgpiod_copy_name(buffer, gpiod_chip_info_get_label(info));
    gpiod_chip_info_free(info);
    return buffer;
}

static inline unsigned cgpiod_chip_lines(cgpiod_chip *chip) {
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) return 0;
    unsigned count = (unsigned)gpiod_chip_info_get_num_lines(info);
    gpiod_chip_info_free(info);
    return count;
}

static inline int cgpiod_line_describe(
    cgpiod_chip *chip, unsigned offset, struct cgpiod_line_info *info) {
    struct gpiod_line_info *line = gpiod_chip_get_line_info(chip, offset);
    if (!line) return -1;
    cgpiod_copy_name(info->name, gpiod_line_info_get_name(line));
    cgpiod_copy_name(info->consumer, gpiod_line_info_get_consumer(line));
    info->is_used = gpiod_line_info_is_used(line);
    info->is_output = gpiod_line_info_get_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    gpiod_line_info_free(line);
    return 0;
}

static inline int cgpiod_apply(
    struct gpiod_line_settings *line, const struct cgpiod_settings *settings) {
    static const enum gpiod_line_bias biases[] = {
        GPIOD_LINE_BIAS_AS_IS, GPIOD_LINE_BIAS_DISABLED, GPIOD_LINE_BIAS_PULL_UP,
        GPIOD_LINE_BIAS_PULL_DOWN};
    static const enum gpiod_line_drive drives[] = {
        GPIOD_LINE_DRIVE_PUSH_PULL, GPIOD_LINE_DRIVE_OPEN_DRAIN, GPIOD_LINE_DRIVE_OPEN_SOURCE};
    static const enum gpiod_line_edge edges[] = {
        GPIOD_LINE_EDGE_NONE, GPIOD_LINE_EDGE_RISING, GPIOD_LINE_EDGE_FALLING,
        GPIOD_LINE_EDGE_BOTH};
    int wrong = gpiod_line_settings_set_direction(
        line, settings->is_output ? GPIOD_LINE_DIRECTION_OUTPUT : GPIOD_LINE_DIRECTION_INPUT);
    wrong |= gpiod_line_settings_set_bias(line, biases[settings->bias & 3]);
    wrong |= gpiod_line_settings_set_drive(line, drives[settings->drive % 3]);
    wrong |= gpiod_line_settings_set_edge_detection(
        line, edges[settings->rising + 2 * settings->falling]);
    wrong |= gpiod_line_settings_set_output_value(
        line, settings->initial ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
    gpiod_line_settings_set_active_low(line, settings->active_low);
    gpiod_line_settings_set_debounce_period_us(line, settings->debounce_microseconds);
    return wrong;
}

static inline cgpiod_line *cgpiod_line_request(
    cgpiod_chip *chip, unsigned offset, const char *consumer,
    const struct cgpiod_settings *settings) {
    struct gpiod_line_settings *line = gpiod_line_settings_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_request_config *request = gpiod_request_config_new();
    cgpiod_line *result = NULL;
    if (line && lines && request && cgpiod_apply(line, settings) == 0 &&
        gpiod_line_config_add_line_settings(lines, &offset, 1, line) == 0) {
        gpiod_request_config_set_consumer(request, consumer);
        // The most that the kernel allows: 16 for each of the 64 lines that a request may have.
        if (settings->rising || settings->falling)
            gpiod_request_config_set_event_buffer_size(request, GPIO_V2_LINES_MAX * 16);
        result = gpiod_chip_request_lines(chip, request, lines);
    }
    int code = errno;
    if (request) gpiod_request_config_free(request);
    if (lines) gpiod_line_config_free(lines);
    if (line) gpiod_line_settings_free(line);
    errno = code;
    return result;
}

static inline void cgpiod_line_release(cgpiod_line *line) { gpiod_line_request_release(line); }

static inline int cgpiod_line_get(cgpiod_line *line, unsigned offset) {
    return gpiod_line_request_get_value(line, offset);
}

static inline int cgpiod_line_set(cgpiod_line *line, unsigned offset, bool level) {
    return gpiod_line_request_set_value(
        line, offset, level ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

static inline int cgpiod_line_descriptor(cgpiod_line *line) {
    return gpiod_line_request_get_fd(line);
}

// Reads waiting edges, at most `count`, by the kernel's own structure: the library's buffer would
// cost 100 KB a line and copy every edge once more.
static inline int cgpiod_edges_read(int descriptor, struct cgpiod_edge *edges, int count) {
    struct gpio_v2_line_event events[128];
    int done = 0;
    while (done < count) {
        int wanted = count - done < 128 ? count - done : 128;
        ssize_t bytes = read(descriptor, events, (size_t)wanted * sizeof events[0]);
        if (bytes < 0) return done > 0 ? done : -1;
        int got = (int)((size_t)bytes / sizeof events[0]);
        for (int i = 0; i < got; i++) {
            edges[done + i].nanoseconds = events[i].timestamp_ns;
            edges[done + i].sequence = events[i].line_seqno;
            edges[done + i].is_rising = events[i].id == GPIO_V2_LINE_EVENT_RISING_EDGE;
        }
        done += got;
        if (got < wanted) break;
    }
    return done;
}
