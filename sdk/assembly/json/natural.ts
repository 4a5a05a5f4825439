/** Enough for 800 decimal digits times 10^330, and for 2^1100 times 10^17. */
const LIMBS: i32 = 160;

/** A large whole number, for exact conversions between decimal and binary. What does not fit is cut off: its callers stay below. */
export class Natural {
  private limbs: StaticArray<u32> = new StaticArray<u32>(LIMBS);
  /** How many limbs count; the last of them is not zero. */
  private size: i32 = 0;

  /** `this = this * factor + addend`. */
  multiplyAdd(factor: u32, addend: u32): void {
    let carry: u64 = addend;
    for (let i = 0; i < this.size; ++i) {
      carry += <u64>unchecked(this.limbs[i]) * factor;
      unchecked((this.limbs[i] = <u32>carry));
      carry >>= 32;
    }
    if (carry != 0 && this.size < LIMBS) unchecked((this.limbs[this.size++] = <u32>carry));
  }

  /** Divides and rounds down; whether there is a remainder. */
  divide(divisor: u32): bool {
    let rest: u64 = 0;
    for (let i = this.size - 1; i >= 0; --i) {
      rest = (rest << 32) | unchecked(this.limbs[i]);
      unchecked((this.limbs[i] = <u32>(rest / divisor)));
      rest %= divisor;
    }
    this.trim();
    return rest != 0;
  }

  /** Multiplies with 10^power, or divides by 10^-power and rounds down; whether there is a remainder. */
  scale(power: i32): bool {
    let rest = false;
    for (; power > 0; --power) {
      const nine = power >= 9;
      this.multiplyAdd(nine ? 1_000_000_000 : 10, 0);
      if (nine) power -= 8;
    }
    for (; power < 0; ++power) {
      const nine = power <= -9;
      if (this.divide(nine ? 1_000_000_000 : 10)) rest = true;
      if (nine) power += 8;
    }
    return rest;
  }

  /** Multiplies with 2^(32 * count). */
  shiftLimbs(count: i32): void {
    if (this.size == 0) return;
    count = min(count, LIMBS - this.size);
    for (let i = this.size - 1; i >= 0; --i) unchecked((this.limbs[i + count] = this.limbs[i]));
    for (let i = 0; i < count; ++i) unchecked((this.limbs[i] = 0));
    this.size += count;
  }

  /** How many bits it takes. */
  get bitLength(): i32 {
    return this.size == 0 ? 0 : this.size * 32 - <i32>clz(unchecked(this.limbs[this.size - 1]));
  }

  /** The number without its lowest `shift` bits, cut to 64 bits. `shift` ≥ 0. */
  above(shift: i32): u64 {
    const limb = shift >> 5;
    const bits = <u64>(shift & 31);
    const low = this.limbAt(limb) | (this.limbAt(limb + 1) << 32);
    return bits == 0 ? low : (low >> bits) | (this.limbAt(limb + 2) << (64 - bits));
  }

  /** Whether any of the lowest `count` bits is set. */
  anyBelow(count: i32): bool {
    const limb = count >> 5;
    for (let i = 0; i < limb && i < this.size; ++i) {
      if (unchecked(this.limbs[i]) != 0) return true;
    }
    const one: u64 = 1;
    return (this.limbAt(limb) & ((one << ((<u64>count) & 31)) - 1)) != 0;
  }

  private limbAt(index: i32): u64 {
    return index < this.size ? <u64>unchecked(this.limbs[index]) : 0;
  }

  private trim(): void {
    while (this.size > 0 && unchecked(this.limbs[this.size - 1]) == 0) --this.size;
  }
}
