import type { Signature, ValueType } from "../module/wasm-module.js";
import type { GuestCall, GuestValue } from "./host-function.js";

/**
 * The ABI trace, as Envoy prints it with `--component-log-level wasm:trace` (abi.md F.7): a wrapper around imports
 * and exports. Nothing else in the simulator knows about it. A line is numbers while guests run, and text when somebody reads it.
 */
export interface TraceSink {
  /** Gives the same shape for the same text. */
  shape(form: TraceForm, text: string, values: readonly ValueType[]): TraceShape;
  /** One line with up to six values of 32 bits; what is more than the shape has is ignored. */
  line(shape: TraceShape, a?: number, b?: number, c?: number, d?: number, e?: number, f?: number): void;
  /** The same with more or wider values. */
  wideLine(shape: TraceShape, values: readonly GuestValue[]): void;
}

/** `name(1, 2)`, `name return: 1`, or the text alone. */
export type TraceForm = "call" | "return" | "text";

/** What the lines of one function have in common. */
export interface TraceShape {
  readonly id: number;
  readonly form: TraceForm;
  readonly text: string;
  readonly values: readonly ValueType[];
  /** Numbers of 32 bits that the values take. */
  readonly words: number;
}

/** A host function that prints its call and its return. A call that throws prints no return. */
export function traceImport(
  { module, name }: { readonly module: string; readonly name: string },
  signature: Signature,
  call: GuestCall,
  sink: TraceSink,
): GuestCall {
  const before = sink.shape("call", `[vm->host] ${module}.${name}`, signature.params);
  const after = sink.shape("return", `[vm<-host] ${module}.${name}`, signature.results);
  return traceCall(call, before, after, sink);
}

/** An export that prints its call and its return. A call that traps prints no return. */
export function traceExport(name: string, signature: Signature, call: GuestCall, sink: TraceSink): GuestCall {
  const before = sink.shape("call", `[host->vm] ${name}`, signature.params);
  const after = sink.shape("return", `[host<-vm] ${name}`, signature.results);
  return traceCall(call, before, after, sink);
}

function traceCall(call: GuestCall, before: TraceShape, after: TraceShape, sink: TraceSink): GuestCall {
  const isNarrow = before.values.length <= 6 && before.words === before.values.length && after.words <= 1;
  if (!isNarrow) {
    return (...args) => {
      sink.wideLine(before, args);
      const result = call(...args);
      sink.wideLine(after, result === undefined ? [] : [result]);
      return result;
    };
  }
  const narrow = call as NarrowCall;
  const traced: NarrowCall = (a, b, c, d, e, f) => {
    sink.line(before, a, b, c, d, e, f);
    const result = narrow(a, b, c, d, e, f);
    sink.line(after, result as number | undefined);
    return result;
  };
  return traced as GuestCall;
}

type NarrowCall = (
  a?: number,
  b?: number,
  c?: number,
  d?: number,
  e?: number,
  f?: number,
) => number | bigint | void;

/** How many numbers of 32 bits the values take. */
export function wordsOf(values: readonly ValueType[]): number {
  return values.reduce((sum, type) => sum + (type === "i64" ? 2 : 1), 0);
}

/** The line as Envoy prints it, every number as an unsigned decimal. */
export function traceText({ form, text, values }: TraceShape, words: Uint32Array, start: number): string {
  if (form === "text") return text;
  let offset = start;
  const numbers = values.map((type) => {
    const low = words[offset++] ?? 0;
    if (type !== "i64") return String(low);
    return String((BigInt(words[offset++] ?? 0) << 32n) | BigInt(low));
  });
  return form === "call" ? `${text}(${numbers.join(", ")})` : `${text} return: ${numbers[0] ?? "void"}`;
}
