/// Number parsing for address texts. Stricter than the standard library's: no sign, no leading zeros, no blanks.
/// `010` is refused rather than guessed, since other tools read it as eight.
enum StrictNumber {
    /// A decimal number of at most `maximum`; nil for anything but its canonical form.
    static func decimal(_ digits: some Collection<UInt8>, maximum: UInt64) -> UInt64? {
        guard let lead = digits.first else { return nil }
        if lead == UInt8(ascii: "0") && digits.count > 1 { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            if overflow || carry || sum > maximum { return nil }
            value = sum
        }
        return value
    }

    /// The value of one hexadecimal digit of either case.
    static func hexadecimalDigit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// One to `maximumDigits` (at most 4) hexadecimal digits of either case.
    static func hexadecimal(_ digits: some Collection<UInt8>, maximumDigits: Int) -> UInt16? {
        guard !digits.isEmpty, digits.count <= maximumDigits else { return nil }
        var value: UInt16 = 0
        for character in digits {
            guard let digit = hexadecimalDigit(character) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
