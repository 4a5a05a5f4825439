import { RecordingError } from "./recording-error.js";

/**
 * A parsed JSON value that knows where it stands, so that every complaint names the exact place:
 * `site.har: log.entries[17].response.content.encoding is "gzip64", expected "base64"`.
 */
export class JsonValue {
  private constructor(
    readonly value: unknown,
    /** The file, and the line where the file has several values: `a.stream.jsonl, line 3`. */
    readonly place: string,
    /** The way from the top: `log.entries[17]`; empty at the top. */
    readonly path: string,
  ) {}

  static top(value: unknown, place: string): JsonValue {
    return new JsonValue(value, place, "");
  }

  /** The first of the named fields that is there and not null; a field has several names where writers differ. */
  optional(...names: readonly string[]): JsonValue | null {
    const object = this.object();
    for (const name of names) {
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      if (value !== undefined && value !== null) return this.#child(value, name);
    }
    return null;
  }

  field(...names: readonly string[]): JsonValue {
    const found = this.optional(...names);
    if (found === null) throw this.#child(undefined, names[0] ?? "").bad("is missing");
    return found;
  }

  object(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value)) {
      throw this.bad(`is ${kindOf(this.value)}, expected an object`);
    }
    return this.value as Readonly<Record<string, unknown>>;
  }

  elements(): readonly JsonValue[] {
    if (!Array.isArray(this.value)) throw this.bad(`is ${kindOf(this.value)}, expected an array`);
    return this.value.map((value, index) => new JsonValue(value, this.place, `${this.path}[${index}]`));
  }

  string(): string {
    if (typeof this.value !== "string") throw this.bad(`is ${kindOf(this.value)}, expected a string`);
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== "boolean") throw this.bad(`is ${kindOf(this.value)}, expected true or false`);
    return this.value;
  }

  integer(): number {
    if (!Number.isSafeInteger(this.value))
      throw this.bad(`is ${kindOf(this.value)}, expected a whole number`);
    return this.value as number;
  }

  /** The bytes of base64 text (RFC 4648 §4; white space is allowed, as some exporters wrap lines). */
  base64(): Uint8Array {
    const text = this.string().replace(/\s+/g, "");
    if (/[^A-Za-z0-9+/=]/.test(text) || !/^[^=]*={0,2}$/.test(text) || text.length % 4 !== 0) {
      throw this.bad("is not base64");
    }
    return new Uint8Array(Buffer.from(text, "base64"));
  }

  /** A complaint about this value. Values are not quoted: recordings hold secrets. */
  bad(problem: string): RecordingError {
    const where = this.path === "" ? this.place : `${this.place}: ${this.path}`;
    return new RecordingError("ERR_RECORDING_BAD_FIELD", `${where} ${problem}`);
  }

  /** A complaint about a value that is one of a few words, and so may be quoted. */
  badWord(expected: string): RecordingError {
    const shown = JSON.stringify(this.value) ?? "undefined";
    return this.bad(`is ${shown.length > 40 ? `${shown.slice(0, 40)}…` : shown}, expected ${expected}`);
  }

  #child(value: unknown, name: string): JsonValue {
    return new JsonValue(value, this.place, this.path === "" ? name : `${this.path}.${name}`);
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
