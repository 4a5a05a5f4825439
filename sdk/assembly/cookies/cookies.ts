/** How many cookies are read when nothing else is said. Browsers keep fewer for one host (RFC 6265 §6.1: at least 50). */
const DEFAULT_LIMIT: i32 = 300;

/**
 * The cookies of a request (RFC 6265 §4.2, §5.4), in the order of the header. A server gets no proof of how they were set,
 * so this reads as servers do: pairs between ";", white space around names and values dropped, one pair of quotes around a
 * value dropped, pairs without "=" or without a name skipped. Nothing is decoded: a cookie's value has no standard encoding.
 */
export class Cookies {
  private names: string[] = [];
  private values: string[] = [];
  private wasTruncated: bool = false;

  /** Reads the value of a `cookie` header; "" when there is none. Stops after `limit` cookies, and `truncated` says so. */
  static parse(header: string, limit: i32 = DEFAULT_LIMIT): Cookies {
    const cookies = new Cookies();
    cookies.read(header, limit);
    return cookies;
  }

  /** Reads several `cookie` headers: HTTP/2 may split them (RFC 9113 §8.2.3). */
  static parseAll(headers: string[], limit: i32 = DEFAULT_LIMIT): Cookies {
    const cookies = new Cookies();
    for (let i = 0; i < headers.length; ++i) cookies.read(headers[i], limit);
    return cookies;
  }

  /** How many cookies there are. */
  get size(): i32 {
    return this.names.length;
  }

  /** Whether there were more than the limit. */
  get truncated(): bool {
    return this.wasTruncated;
  }

  /** The name of the cookie at `index`; "" outside 0 … size - 1. */
  nameAt(index: i32): string {
    return <u32>index < <u32>this.size ? this.names[index] : "";
  }

  /** The value of the cookie at `index`; "" outside 0 … size - 1. */
  valueAt(index: i32): string {
    return <u32>index < <u32>this.size ? this.values[index] : "";
  }

  /**
   * The value of the first cookie of that name, case-sensitive; null when there is none. Browsers put the cookie with the
   * longest path first. An application that a cookie of a neighbouring site must not confuse checks `getAll`, or
   * names its cookie `__Host-…`.
   */
  get(name: string): string | null {
    const index = this.names.indexOf(name);
    return index < 0 ? null : this.values[index];
  }

  /** The values of all cookies of that name, in order. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.names.length; ++i) {
      if (this.names[i] == name) values.push(this.values[i]);
    }
    return values;
  }

  private read(header: string, limit: i32): void {
    let start = 0;
    while (start < header.length) {
      let end = header.indexOf(";", start);
      if (end < 0) end = header.length;
      const equals = indexOfEquals(header, start, end);
      if (equals > 0) {
        const name = trimmed(header, start, equals);
        if (name.length > 0) {
          if (this.size >= limit) {
            this.wasTruncated = true;
            return;
          }
          this.names.push(name);
          this.values.push(unquoted(trimmed(header, equals + 1, end)));
        }
      }
      start = end + 1;
    }
  }
}

/** Where the first "=" between `start` and `end` is; -1 when there is none. Reads no further than `end`. */
function indexOfEquals(text: string, start: i32, end: i32): i32 {
  for (let i = start; i < end; ++i) {
    if (text.charCodeAt(i) == 0x3d) return i;
  }
  return -1;
}

function trimmed(text: string, start: i32, end: i32): string {
  while (start < end && isBlank(text.charCodeAt(start))) ++start;
  while (end > start && isBlank(text.charCodeAt(end - 1))) --end;
  return text.substring(start, end);
}

function isBlank(unit: i32): bool {
  return unit == 0x20 || unit == 0x09;
}

function unquoted(value: string): string {
  const last = value.length - 1;
  return last > 0 && value.charCodeAt(0) == 0x22 && value.charCodeAt(last) == 0x22
    ? value.substring(1, last)
    : value;
}
