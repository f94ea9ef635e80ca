extension AddressRange {
    /// The fewest prefixes that together have the range's addresses, in order.
    package var prefixes: [IPPrefix] {
        var prefixes: [IPPrefix] = []
        var next: IPAddress? = first
        while let start = next, start <= last {
            // The largest block that may begin here, then smaller ones until it ends inside of the range.
            let alignment = min(start.value == 0 ? family.bits : start.value.trailingZeroBitCount, family.bits)
            var length = family.bits - alignment
            while let block = IPPrefix(address: start, length: length), block.last > last { length += 1 }
            guard let block = IPPrefix(address: start, length: length) else { break }
            prefixes.append(block)
            next = block.last.advanced(by: 1)
        }
        return prefixes
    }
}
