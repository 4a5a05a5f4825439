// A token bucket without a clock: time comes in, decisions go out, so that it behaves the same in a test and in production.

/** Rates and bursts above this are taken for it: beyond it a 64-bit float no longer tells single tokens of a nanosecond apart. */
const HIGHEST: f64 = 1e9;

/**
 * A token bucket: `burst` tokens fit in, `rate` of them come in each second, and whatever is done takes some or is refused. It starts
 * full.
 *
 * ```ts
 * if (!bucket.take(currentTimeNanoseconds())) this.sendLocalReply(429);
 * ```
 *
 * One object limits one worker of Envoy. To limit all workers together keep the 16 bytes of `save` in shared data:
 * read, `load`, `take`, `save`, write with the compare-and-swap token, and begin again when another worker was faster.
 */
export class TokenBucket {
  /** How many bytes `save` gives. */
  static readonly SIZE: i32 = 16;

  private tokens: f64;
  private updated: u64 = 0;
  private rate: f64;
  private burst: f64;

  /** `rate` tokens a second, at most `burst` at once; each between 0 and 1e9, anything else becomes the nearest. */
  constructor(rate: f64, burst: f64) {
    this.rate = limited(rate, HIGHEST);
    this.burst = limited(burst, HIGHEST);
    this.tokens = this.burst;
  }

  /**
   * Takes `count` tokens at `now`, in nanoseconds of any clock, always the same one. False: there are not that many, and nothing
   * was taken. A time before the last one counts as the last one.
   */
  take(now: u64, count: f64 = 1): bool {
    this.refill(now);
    // Written so that NaN is refused.
    if (!(count >= 0 && count <= this.tokens)) return false;
    this.tokens -= count;
    return true;
  }

  /** How many tokens there are at `now`. */
  available(now: u64): f64 {
    this.refill(now);
    return this.tokens;
  }

  /**
   * In how many nanoseconds `count` tokens will be there, if nobody takes any: for `retry-after`. 0: now. `u64.MAX_VALUE`: never,
   * since more is asked for than fits in or the rate is 0.
   */
  wait(now: u64, count: f64 = 1): u64 {
    this.refill(now);
    const missing = count - this.tokens;
    if (missing <= 0) return 0;
    if (!(count <= this.burst) || this.rate <= 0) return u64.MAX_VALUE;
    const nanoseconds = Math.ceil((missing / this.rate) * 1e9);
    return nanoseconds < 1.8e19 ? <u64>nanoseconds : u64.MAX_VALUE;
  }

  /**
   * The state, 16 bytes:
   *
   *     f64 tokens │ u64 nanoseconds of the last refill        little-endian
   */
  save(): Uint8Array {
    const state = new Uint8Array(TokenBucket.SIZE);
    store<f64>(state.dataStart, this.tokens);
    store<u64>(state.dataStart, this.updated, 8);
    return state;
  }

  /**
   * Takes over a state that `save` gave, perhaps of a bucket with another rate or burst. False, and nothing is changed: these are
   * not 16 bytes of a state.
   */
  load(state: Uint8Array): bool {
    if (state.length != TokenBucket.SIZE) return false;
    const tokens = load<f64>(state.dataStart);
    if (!(tokens >= 0 && tokens <= HIGHEST)) return false;
    this.tokens = min(tokens, this.burst);
    this.updated = load<u64>(state.dataStart, 8);
    return true;
  }

  private refill(now: u64): void {
    if (now <= this.updated) return;
    this.tokens = min(this.tokens + (<f64>(now - this.updated) / 1e9) * this.rate, this.burst);
    this.updated = now;
  }
}

function limited(value: f64, highest: f64): f64 {
  return value > 0 ? min(value, highest) : 0;
}
