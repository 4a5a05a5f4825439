// The functions of WASI that the SDK uses (abi.md 5.17); asc imports what this file declares from the module of its name.
// All answer with an errno, 0 for success.

export declare function clock_time_get(clock: u32, precision: u64, time: usize): u32;
