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
    /** What null means: other programs write it for what they do not know; in our own files it is a value. */
    private readonly nulls: "absent" | "values",
  ) {}

  static top(value: unknown, place: string): JsonValue {
    return new JsonValue(value, place, "", "absent");
  }

  /** The same for a file of our own, where null stands for nothing else. */
  static strict(value: unknown, place: string): JsonValue {
    return new JsonValue(value, place, "", "values");
  }

  /** A value inside of one that was never whole in memory. */
  static at(value: unknown, place: string, path: string): JsonValue {
    return new JsonValue(value, place, path, "absent");
  }

  get isNull(): boolean {
    return this.value === null;
  }

  /** The first of the named fields that is there; a field has several names where writers differ. */
  optional(...names: readonly string[]): JsonValue | null {
    const object = this.object();
    for (const name of names) {
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      if (value !== undefined && (value !== null || this.nulls === "values")) return this.#child(value, name);
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

  /** Refuses an object that has a field which is not among `names`. `subject` begins the complaint; by default it is the place. */
  only(names: readonly string[], subject?: string): void {
    const stranger = Object.keys(this.object()).find((key) => !names.includes(key));
    if (stranger === undefined) return;
    throw new RecordingError(
      "ERR_RECORDING_UNKNOWN_EVENT",
      `${subject ?? this.#where()} has no field ${JSON.stringify(stranger.slice(0, 40))}`,
    );
  }

  elements(): readonly JsonValue[] {
    if (!Array.isArray(this.value)) throw this.bad(`is ${kindOf(this.value)}, expected an array`);
    return this.value.map(
      (value, index) => new JsonValue(value, this.place, `${this.path}[${index}]`, this.nulls),
    );
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
    return new RecordingError("ERR_RECORDING_BAD_FIELD", `${this.#where()} ${problem}`);
  }

  /** A complaint about a value that is one of a few words, and so may be quoted. */
  badWord(expected: string): RecordingError {
    const shown = JSON.stringify(this.value) ?? "undefined";
    return this.bad(`is ${shown.length > 40 ? `${shown.slice(0, 40)}…` : shown}, expected ${expected}`);
  }

  #where(): string {
    return this.path === "" ? this.place : `${this.place}: ${this.path}`;
  }

  #child(value: unknown, name: string): JsonValue {
    return new JsonValue(value, this.place, this.path === "" ? name : `${this.path}.${name}`, this.nulls);
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
