// SPDX-License-Identifier: Apache-2.0

import Testing

/// What goes wrong in the field, done to the real programs, one fault at a time: some of the tests
/// measure time, which others beside them would disturb.
@Suite(.serialized) enum Faults {}
