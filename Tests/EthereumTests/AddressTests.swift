// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@testable import Ethereum

@Suite struct AddressTests {
    @Test(
        "the examples of EIP-55 are written as they stand there",
        arguments: [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0xde709f2102306220921060314715629080e2fb77",
        ])
    func checksum(text: String) throws {
        #expect(try Address(text).description == text)
        let lower = "0x" + text.dropFirst(2).lowercased()
        let upper = "0x" + text.dropFirst(2).uppercased()
        #expect(try Address(lower) == Address(text))
        #expect(try Address(upper) == Address(text))
    }

    @Test("one capital that is wrong is a wrong checksum")
    func wrong() {
        let text = "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        #expect(throws: EthereumError(.addressChecksum, text)) { try Address(text) }
    }

    @Test(
        "other texts are no addresses",
        arguments: [
            "", "0x", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaedd",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
            "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        ])
    func refusal(text: String) {
        #expect(throws: EthereumError(.address, "not 0x and 40 hexadecimal digits")) {
            try Address(text)
        }
        #expect(Address([UInt8](repeating: 0, count: 19)) == nil)
    }
}
