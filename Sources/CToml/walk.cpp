// SPDX-License-Identifier: Apache-2.0

#include "CToml.h"

#include <cstdio>
#include <stdexcept>
#include <string_view>

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
// toml++ 3.3 asserts what some malformed texts break. A text is an error to report, never a reason to
// end the process; and with NDEBUG it would let the compiler assume what it no longer checks.
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : throw std::logic_error("malformed text"))
#include <toml++/toml.h>

namespace {

void walk(const toml::node &node, const toml_visitor &visitor) {
    void *context = visitor.context;
    const auto line = static_cast<uint32_t>(node.source().begin.line);
    switch (node.type()) {
    case toml::node_type::table:
        visitor.table_begin(context, line);
        for (const auto &[key, value] : *node.as_table()) {
            const std::string_view text = key.str();
            visitor.key(context, text.data(), text.size());
            walk(value, visitor);
        }
        visitor.end(context);
        break;
    case toml::node_type::array:
        visitor.array_begin(context, line);
        for (const auto &value : *node.as_array()) walk(value, visitor);
        visitor.end(context);
        break;
    case toml::node_type::string: {
        const std::string &text = node.as_string()->get();
        visitor.text(context, line, text.data(), text.size());
        break;
    }
    case toml::node_type::integer:
        visitor.integer(context, line, node.as_integer()->get());
        break;
    case toml::node_type::floating_point:
        visitor.number(context, line, node.as_floating_point()->get());
        break;
    case toml::node_type::boolean:
        visitor.boolean(context, line, node.as_boolean()->get());
        break;
    default:
        visitor.other(context, line);
    }
}

void fail(toml_failure *failure, uint32_t line, std::string_view message) {
    failure->line = line;
    std::snprintf(failure->message, sizeof failure->message, "%.*s",
                  static_cast<int>(message.size()), message.data());
}

} // namespace

bool toml_walk(const char *text, size_t length, const toml_visitor *visitor,
               toml_failure *failure) {
    // No C++ exception may cross into Swift.
    try {
        const toml::table document = toml::parse(std::string_view(text, length));
        walk(document, *visitor);
        return true;
    } catch (const toml::parse_error &error) {
        fail(failure, error.source().begin.line, error.description());
    } catch (const std::exception &error) {
        fail(failure, 1, error.what());
    }
    return false;
}
