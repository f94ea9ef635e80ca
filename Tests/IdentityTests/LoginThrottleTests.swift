import Testing

@testable import Identity

@Suite("The throttle of log ins")
struct LoginThrottleTests {
    @Test("five failures are free; then each costs twice the wait of the last, up to a minute")
    func doubling() {
        var throttle = LoginThrottle()
        var now: Int64 = 0
        for _ in 0..<5 { #expect(throttle.begin(user: "ann", address: "a", now: now) == nil) }
        var waits: [Int64] = []
        for _ in 0..<8 {
            let wait = throttle.begin(user: "ann", address: "a", now: now) ?? 0
            waits.append(wait)
            #expect(throttle.begin(user: "ann", address: "a", now: now + wait - 1) == 1)
            now += wait
            #expect(throttle.begin(user: "ann", address: "a", now: now) == nil)
        }
        #expect(waits == [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000])
    }

    @Test("many attempts at once gain nothing: each counts from its beginning")
    func parallel() {
        var throttle = LoginThrottle()
        let admitted = (0..<1000).filter { _ in throttle.begin(user: "ann", address: "a", now: 0) == nil }
        #expect(admitted.count == 5)
    }

    @Test("an address that tries many users is slowed down, and others are not")
    func spraying() {
        var throttle = LoginThrottle()
        for number in 0..<50 { #expect(throttle.begin(user: "u\(number)", address: "a", now: 0) == nil) }
        #expect(throttle.begin(user: "another", address: "a", now: 0) == 1000)
        #expect(throttle.begin(user: "another", address: "b", now: 0) == nil)
    }

    @Test("strangers at a thousand addresses slow a user down by five seconds at most, and not where it came in before")
    func strangers() {
        var throttle = LoginThrottle()
        #expect(throttle.begin(user: "ann", address: "home", now: 0) == nil)
        throttle.succeed(user: "ann", address: "home", now: 0)
        var now: Int64 = 0
        for number in 0..<1000 {
            now += 10_000
            #expect(throttle.begin(user: "ann", address: "stranger\(number)", now: now) == nil)
        }
        #expect(throttle.begin(user: "ann", address: "elsewhere", now: now) == 5000)
        #expect(throttle.begin(user: "ann", address: "elsewhere", now: now + 5000) == nil)
        #expect(throttle.begin(user: "ann", address: "home", now: now) == nil)
    }

    @Test("success clears what the user's own failures cost")
    func success() {
        var throttle = LoginThrottle()
        for _ in 0..<5 { _ = throttle.begin(user: "ann", address: "a", now: 0) }
        #expect(throttle.begin(user: "ann", address: "a", now: 1000) == nil)
        throttle.succeed(user: "ann", address: "a", now: 1000)
        for _ in 0..<5 { #expect(throttle.begin(user: "ann", address: "a", now: 1000) == nil) }
    }

    @Test("a quarter of an hour without failures, and all is forgotten")
    func forgotten() {
        var throttle = LoginThrottle()
        for _ in 0..<5 { _ = throttle.begin(user: "ann", address: "a", now: 0) }
        #expect(throttle.begin(user: "ann", address: "a", now: 0) != nil)
        for _ in 0..<5 { #expect(throttle.begin(user: "ann", address: "a", now: 15 * 60_000) == nil) }
    }

    @Test("a million names and addresses take bounded memory")
    func bounded() {
        var throttle = LoginThrottle()
        for number in 0..<100_000 {
            _ = throttle.begin(user: "u\(number)", address: "a\(number)", now: Int64(number))
        }
        #expect(throttle.count <= 40_000)
    }
}
