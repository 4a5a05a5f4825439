import type { GuestValue } from "../abi/host-function.js";
import { traceText, wordsOf, type TraceForm, type TraceShape, type TraceSink } from "../abi/trace.js";
import type { ValueType } from "../module/wasm-module.js";
import type { ThreadName, TraceLine } from "./event-log.js";

/*
 * A line takes some numbers of 32 bits:
 *
 *   the number of its shape | its sequence number | its values, low half first
 */

type Shape = TraceShape & { readonly thread: ThreadName };

const headWords = 2;
const mostValues = 16;

/** The trace of a process as numbers. */
export class TraceLog {
  #words = new Uint32Array(4096);
  #length = 0;
  readonly #shapes: Shape[] = [];
  readonly #shapeIds = new Map<string, number>();
  #lines: TraceLine[] = [];
  #linesEnd = 0;

  /** `sequence`: the next number that a line of log or trace gets. */
  constructor(private readonly sequence: { next: number }) {}

  sink(thread: ThreadName): TraceSink {
    return {
      shape: (form, text, values) => this.#shape(thread, form, text, values),
      line: (shape, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0) => {
        const start = this.#room();
        const words = this.#words;
        words[start] = shape.id;
        words[start + 1] = this.sequence.next++;
        words[start + 2] = a;
        words[start + 3] = b;
        words[start + 4] = c;
        words[start + 5] = d;
        words[start + 6] = e;
        words[start + 7] = f;
        this.#length = start + headWords + shape.words;
      },
      wideLine: (shape, values) => this.#wideLine(shape, values),
    };
  }

  /** Where the next line starts. */
  get end(): number {
    return this.#length;
  }

  /** All lines so far; the same array, which grows. */
  get lines(): readonly TraceLine[] {
    this.#read(this.#words, this.#linesEnd, this.#length, this.#lines);
    this.#linesEnd = this.#length;
    return this.#lines;
  }

  /** The lines from a moment on, which become text when they are read. */
  from(start: number): { readonly lines: readonly TraceLine[] } {
    if (start === this.#length) return nothing;
    const words = this.#words.slice(start, this.#length);
    return new TracePart(() => this.#read(words, 0, words.length, []));
  }

  clear(): void {
    this.#length = 0;
    this.#lines = [];
    this.#linesEnd = 0;
  }

  #read(words: Uint32Array, start: number, end: number, lines: TraceLine[]): TraceLine[] {
    for (let offset = start; offset < end;) {
      const shape = this.#shapes[words[offset] ?? 0];
      if (shape === undefined) throw new Error("a line of the trace has no shape");
      const text = traceText(shape, words, offset + headWords);
      lines.push({ thread: shape.thread, text, sequence: words[offset + 1] ?? 0 });
      offset += headWords + shape.words;
    }
    return lines;
  }

  #shape(thread: ThreadName, form: TraceForm, text: string, values: readonly ValueType[]): TraceShape {
    const key = `${thread} ${form} ${values.join()} ${text}`;
    const known = this.#shapes[this.#shapeIds.get(key) ?? -1];
    if (known !== undefined) return known;
    const shape = { id: this.#shapes.length, thread, form, text, values, words: wordsOf(values) };
    this.#shapeIds.set(key, shape.id);
    this.#shapes.push(shape);
    return shape;
  }

  #wideLine(shape: TraceShape, values: readonly GuestValue[]): void {
    let offset = this.#room();
    this.#words[offset++] = shape.id;
    this.#words[offset++] = this.sequence.next++;
    for (let index = 0; index < shape.values.length; index++) {
      const value = values[index] ?? 0;
      if (typeof value === "number") {
        this.#words[offset++] = value;
        continue;
      }
      const wide = BigInt.asUintN(64, value);
      this.#words[offset++] = Number(wide & 0xffffffffn);
      this.#words[offset++] = Number(wide >> 32n);
    }
    this.#length = offset;
  }

  /** Where the next line starts, with room for any. */
  #room(): number {
    const start = this.#length;
    if (start + headWords + 2 * mostValues > this.#words.length) {
      const larger = new Uint32Array(2 * this.#words.length);
      larger.set(this.#words);
      this.#words = larger;
    }
    return start;
  }
}

const nothing: { readonly lines: readonly TraceLine[] } = { lines: [] };

class TracePart {
  #lines: readonly TraceLine[] | null = null;

  constructor(private readonly read: () => readonly TraceLine[]) {}

  get lines(): readonly TraceLine[] {
    return (this.#lines ??= this.read());
  }
}
