import { decodeRange } from "../abi/text";
import { decodeFormValue, encodeFormValue } from "../encoding/percent";
import { RequestTarget } from "./request-target";

/** How many parameters are read when nothing else is said. */
const DEFAULT_LIMIT: i32 = 1000;

/**
 * The parameters of a query string or of an application/x-www-form-urlencoded body: names and values in order, names
 * may repeat. Read and written as browsers and `URLSearchParams` do (WHATWG URL §5): "+" is a space, a "%" without two
 * hexadecimal digits stays, a name without "=" has the value "". Octets that are not UTF-8 are kept.
 */
export class QueryParameters {
  private names: string[] = [];
  private values: string[] = [];
  private wasTruncated: bool = false;

  /**
   * Reads a query string without its "?". Reading stops after `limit` parameters, and `truncated` says so: a request whose
   * parameters are more than anybody needs is better refused than searched.
   */
  static parse(query: string, limit: i32 = DEFAULT_LIMIT): QueryParameters {
    const parameters = new QueryParameters();
    let start = 0;
    while (start < query.length) {
      let end = query.indexOf("&", start);
      if (end < 0) end = query.length;
      if (end > start) {
        if (parameters.size >= limit) {
          parameters.wasTruncated = true;
          break;
        }
        parameters.read(query.substring(start, end));
      }
      start = end + 1;
    }
    return parameters;
  }

  /** Reads the query of a request target, such as `:path`; no parameters when it has none. */
  static fromTarget(target: string, limit: i32 = DEFAULT_LIMIT): QueryParameters {
    const query = RequestTarget.parse(target).query;
    return query === null ? new QueryParameters() : QueryParameters.parse(query, limit);
  }

  /** Reads a body of the type application/x-www-form-urlencoded. */
  static fromForm(body: Uint8Array, limit: i32 = DEFAULT_LIMIT): QueryParameters {
    return QueryParameters.parse(decodeRange(body, 0, body.length), limit);
  }

  /** How many parameters there are. */
  get size(): i32 {
    return this.names.length;
  }

  /** Whether there were more than the limit. */
  get truncated(): bool {
    return this.wasTruncated;
  }

  /** The name of the parameter at `index`; "" outside 0 … size - 1. */
  nameAt(index: i32): string {
    return <u32>index < <u32>this.size ? this.names[index] : "";
  }

  /** The value of the parameter at `index`; "" outside 0 … size - 1. */
  valueAt(index: i32): string {
    return <u32>index < <u32>this.size ? this.values[index] : "";
  }

  /** The first value of a name; null when there is none. */
  get(name: string): string | null {
    const index = this.names.indexOf(name);
    return index < 0 ? null : this.values[index];
  }

  /** All values of a name in order. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.names.length; ++i) {
      if (this.names[i] == name) values.push(this.values[i]);
    }
    return values;
  }

  /** Whether there is a parameter of that name. */
  has(name: string): bool {
    return this.names.includes(name);
  }

  /** Adds a parameter at the end. */
  append(name: string, value: string): void {
    this.names.push(name);
    this.values.push(value);
  }

  /** Gives the first parameter of that name the value and removes the others; adds it at the end when there is none. */
  set(name: string, value: string): void {
    const index = this.names.indexOf(name);
    if (index < 0) return this.append(name, value);
    this.values[index] = value;
    this.removeFrom(index + 1, name);
  }

  /** Removes all parameters of that name; false when there was none. */
  remove(name: string): bool {
    return this.removeFrom(0, name);
  }

  /** The query string, without "?"; as a body it is application/x-www-form-urlencoded. */
  toString(): string {
    const pairs = new Array<string>(this.size);
    for (let i = 0; i < this.size; ++i)
      pairs[i] = encodeFormValue(this.names[i]) + "=" + encodeFormValue(this.values[i]);
    return pairs.join("&");
  }

  private read(pair: string): void {
    const equals = pair.indexOf("=");
    if (equals < 0) return this.append(decodeFormValue(pair), "");
    this.append(decodeFormValue(pair.substring(0, equals)), decodeFormValue(pair.substring(equals + 1)));
  }

  private removeFrom(start: i32, name: string): bool {
    let kept = start;
    for (let i = start; i < this.size; ++i) {
      if (this.names[i] == name) continue;
      this.names[kept] = this.names[i];
      this.values[kept++] = this.values[i];
    }
    const removed = kept < this.size;
    this.names.length = kept;
    this.values.length = kept;
    return removed;
  }
}
