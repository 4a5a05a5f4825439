import {
  celEnv,
  isCelError,
  isCelList,
  isCelMap,
  isCelUint,
  parse,
  plan,
  type CelValue,
} from "@bufbuild/cel";
import { encodePairs } from "../abi/pairs.js";
import { Status } from "../abi/enums.js";
import { fromBytes, fromText, toBytes, type ByteString, type HeaderPair } from "../byte-string.js";
import { attributes } from "./attributes.js";
import { done, failed, type ForeignFunction, type ForeignResult } from "./foreign-function.js";

/** A compiled expression: evaluates with what a context shows. */
export type Expression = (bindings: Record<string, never>) => unknown;

/** The compiled expressions of a VM. */
export class Expressions {
  readonly #compiled = new Map<number, Expression>();
  #next = 0;

  /** A number is taken also by an expression that does not compile. */
  add(compile: () => Expression | null): number | null {
    const token = this.#next++;
    const expression = compile();
    if (expression === null) return null;
    this.#compiled.set(token, expression);
    return token;
  }

  get(token: number): Expression | null {
    return this.#compiled.get(token) ?? null;
  }

  delete(token: number): void {
    this.#compiled.delete(token);
  }
}

export const createExpression: ForeignFunction = (args, { current }) => {
  const token = current.expressions.add(() => compile(Buffer.from(args).toString("utf8")));
  if (token === null) return failed(Status.BadArgument);
  const result = Buffer.alloc(4);
  result.writeUInt32LE(token);
  return done(result);
};

export const evaluateExpression: ForeignFunction = (args, { current }) => {
  if (args.length !== 4) return failed(Status.BadArgument);
  const expression = current.expressions.get(Buffer.from(args).readUInt32LE());
  if (expression === null) return failed(Status.NotFound);
  const { bindings, failure } = attributes(current);
  const value = expression(bindings);
  // What the simulator does not model is no error of the expression.
  const thrown = failure();
  if (thrown !== null) throw thrown;
  return isCelError(value) ? failed(Status.InternalFailure) : serialized(value as CelValue);
};

export const deleteExpression: ForeignFunction = (args, { current }) => {
  if (args.length !== 4) return failed(Status.BadArgument);
  current.expressions.delete(Buffer.from(args).readUInt32LE());
  return done();
};

const environment = celEnv();

/** The functions of Envoy's CEL: the standard ones. Measured; its string extensions are not there. */
const functions = new Set(
  `size startsWith endsWith contains matches int uint double string bytes bool dyn type duration timestamp getDate
   getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds`.split(
    /\s+/,
  ),
);

function compile(source: string): Expression | null {
  try {
    const parsed = parse(source);
    // Not its source info, which has the macros as they were written.
    if (!callsKnownFunctions(parsed.expr)) return null;
    return plan(environment, parsed) as Expression;
  } catch {
    return null;
  }
}

/** Operators have names that are no words. */
function callsKnownFunctions(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return true;
  const { function: name } = node as { readonly function?: unknown };
  if (typeof name === "string" && /^[A-Za-z]/.test(name) && !functions.has(name)) return false;
  return Object.values(node).every(callsKnownFunctions);
}

/** A value as properties are encoded (abi.md 6.1). */
function serialized(value: CelValue): ForeignResult {
  const bytes = encoded(value);
  return bytes === null ? failed(Status.SerializationFailure) : done(bytes);
}

function encoded(value: CelValue): Uint8Array | null {
  if (typeof value === "string") return toBytes(fromText(value));
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  if (typeof value === "bigint")
    return eightBytes((buffer) => buffer.writeBigInt64LE(BigInt.asIntN(64, value)));
  if (isCelUint(value))
    return eightBytes((buffer) => buffer.writeBigUInt64LE(BigInt.asUintN(64, value.value)));
  if (typeof value === "number") return eightBytes((buffer) => buffer.writeDoubleLE(value));
  if (value instanceof Uint8Array) return value;
  if (isCelList(value)) return encodedPairs([...value].map((element) => [element, ""]));
  if (isCelMap(value)) {
    try {
      return encodedPairs([...value.entries()] as [CelValue, CelValue][]);
    } catch {
      // A whole object of attributes, which cannot be listed.
      return null;
    }
  }
  return encodedTime(value);
}

/** Timestamps and durations are nanoseconds; types and null are nothing. */
function encodedTime(value: unknown): Uint8Array | null {
  if (typeof value !== "object" || value === null || !("message" in value)) return null;
  const { seconds, nanos } = value.message as { readonly seconds?: unknown; readonly nanos?: unknown };
  if (typeof seconds !== "bigint" || typeof nanos !== "number") return null;
  return eightBytes((buffer) =>
    buffer.writeBigInt64LE(BigInt.asIntN(64, seconds * 1_000_000_000n + BigInt(nanos))),
  );
}

function encodedPairs(entries: readonly (readonly [CelValue, CelValue])[]): Uint8Array | null {
  const pairs: HeaderPair[] = [];
  for (const [key, value] of entries) {
    const name = byteString(key);
    const text = byteString(value);
    if (name === null || text === null) return null;
    pairs.push([name, text]);
  }
  return encodePairs(pairs);
}

function byteString(value: CelValue): ByteString | null {
  const bytes = encoded(value);
  return bytes === null ? null : fromBytes(bytes);
}

function eightBytes(write: (buffer: Buffer) => void): Uint8Array {
  const buffer = Buffer.alloc(8);
  write(buffer);
  return buffer;
}
