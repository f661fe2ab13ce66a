// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Telemetry
import Testing

@testable import HAL

@Suite struct ReadFaultTests {
    @Test(
        "each kind of system error has its fault, none of which fails the whole board",
        arguments: [
            (ENOENT, Fault.missing), (ENODEV, .missing), (ENXIO, .missing), (ENOTDIR, .missing),
            (EACCES, .accessDenied), (EPERM, .accessDenied), (EFBIG, .malformedValue),
            (EIO, .inputOutput), (ETIMEDOUT, .inputOutput), (ENODATA, .inputOutput),
            (EAGAIN, .inputOutput),
        ])
    func mapping(code: CInt, fault: Fault) {
        let mapped = ReadFault(SystemError("read", "/sys/x", code: code)).fault
        #expect(mapped == fault)
        #expect(!mapped.isDeviceFailure)
    }
}
