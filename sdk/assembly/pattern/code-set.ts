/** The highest code point there is. */
export const LAST_CODE: u32 = 0x10ffff;

/** A set of code points, kept as sorted ranges that do not touch. */
export class CodeSet {
  /** First and last of each range in turn. */
  ranges: u32[] = [];

  static of(first: u32, last: u32): CodeSet {
    const set = new CodeSet();
    set.ranges.push(first);
    set.ranges.push(last);
    return set;
  }

  /** Adds a range; `normalise` puts it in its place. */
  add(first: u32, last: u32): void {
    this.ranges.push(first);
    this.ranges.push(last);
  }

  addAll(other: CodeSet): void {
    for (let i = 0; i < other.ranges.length; ++i) this.ranges.push(other.ranges[i]);
  }

  /** Adds the other case of every ASCII letter. */
  foldCase(): void {
    const count = this.ranges.length;
    for (let i = 0; i < count; i += 2) {
      this.addShifted(this.ranges[i], this.ranges[i + 1], 0x41, 0x20);
      this.addShifted(this.ranges[i], this.ranges[i + 1], 0x61, <u32>-0x20);
    }
  }

  /** Sorts the ranges and joins those that touch. */
  normalise(): void {
    const ranges = this.ranges;
    for (let i = 2; i < ranges.length; i += 2) {
      const first = ranges[i];
      const last = ranges[i + 1];
      let at = i;
      for (; at > 0 && ranges[at - 2] > first; at -= 2) {
        ranges[at] = ranges[at - 2];
        ranges[at + 1] = ranges[at - 1];
      }
      ranges[at] = first;
      ranges[at + 1] = last;
    }
    let size = 0;
    for (let i = 0; i < ranges.length; i += 2) {
      if (size > 0 && ranges[i] <= ranges[size - 1] + 1) {
        ranges[size - 1] = max(ranges[size - 1], ranges[i + 1]);
      } else {
        ranges[size] = ranges[i];
        ranges[size + 1] = ranges[i + 1];
        size += 2;
      }
    }
    ranges.length = size;
  }

  /** All other code points; the set must be normal. */
  negated(): CodeSet {
    const set = new CodeSet();
    let next: u32 = 0;
    for (let i = 0; i < this.ranges.length; i += 2) {
      if (this.ranges[i] > next) set.add(next, this.ranges[i] - 1);
      next = this.ranges[i + 1] + 1;
    }
    if (next <= LAST_CODE) set.add(next, LAST_CODE);
    return set;
  }

  contains(code: u32): bool {
    for (let i = 0; i < this.ranges.length; i += 2) {
      if (code >= this.ranges[i] && code <= this.ranges[i + 1]) return true;
    }
    return false;
  }

  equals(other: CodeSet): bool {
    if (this.ranges.length != other.ranges.length) return false;
    for (let i = 0; i < this.ranges.length; ++i) {
      if (this.ranges[i] != other.ranges[i]) return false;
    }
    return true;
  }

  /** Adds what of a range lies in the 26 letters from `letters`, shifted. */
  private addShifted(first: u32, last: u32, letters: u32, shift: u32): void {
    const start = max(first, letters);
    const end = min(last, letters + 25);
    if (start <= end) this.add(start + shift, end + shift);
  }
}

/** 0–9. */
export function digits(): CodeSet {
  return CodeSet.of(0x30, 0x39);
}

/** 0–9, A–Z, "_", a–z. */
export function wordCharacters(): CodeSet {
  const set = CodeSet.of(0x30, 0x39);
  set.add(0x41, 0x5a);
  set.add(0x5f, 0x5f);
  set.add(0x61, 0x7a);
  return set;
}

/** Space, \t \n \v \f \r. */
export function whiteSpace(): CodeSet {
  const set = CodeSet.of(0x09, 0x0d);
  set.add(0x20, 0x20);
  return set;
}
