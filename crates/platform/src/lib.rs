//! The outside world as parameters: clock, disk and outbound HTTP, real and simulated.
