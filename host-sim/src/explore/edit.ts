import { toText, type ByteString, type HeaderList } from "../byte-string.js";
import { withContentLength } from "../recording/framing.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { hostileBodies, hostileHeaderValues, hostilePaths, hostilePieces } from "./hostile-values.js";
import { mutate } from "./mutate.js";
import { bodyOf, cutAt, withMessage, type Direction } from "./pieces.js";
import type { Random } from "../random.js";

/** One thing that is done to a recorded stream. */
export interface Edit {
  /** `the request's header x-user is "\x80"` */
  readonly text: string;
  apply(stream: RecordedStream): RecordedStream;
}

/** Every edit that stands for itself: each header with each hostile value or without it, each hostile path and body. */
export function* singleEdits(stream: RecordedStream): Iterable<Edit> {
  yield* hostilePaths.map(setPath);
  for (const direction of ["request", "response"] as const) {
    if (stream[direction] === null) continue;
    for (const name of new Set(namesOf(stream, direction))) {
      yield dropHeader(direction, name);
      yield repeatHeader(direction, name, 60);
      yield* hostileHeaderValues.map((value) => setHeader(direction, name, value));
    }
    if (bodyOf(stream, direction).length === 0) continue;
    yield inPieces(direction, 1);
    yield* hostileBodies.map((body) => setBody(direction, Buffer.from(body, "latin1")));
  }
}

/** Some edits to one stream, one to three of them. */
export function randomEdits(stream: RecordedStream, random: Random): Edit[] {
  return Array.from({ length: 1 + random.below(3) }, () => randomEdit(stream, random));
}

export function applyEdits(stream: RecordedStream, edits: readonly Edit[]): RecordedStream {
  return edits.reduce((edited, edit) => edit.apply(edited), stream);
}

function randomEdit(stream: RecordedStream, random: Random): Edit {
  const direction: Direction = stream.response !== null && random.once(3) ? "response" : "request";
  const body = bodyOf(stream, direction);
  switch (random.below(body.length > 0 ? 8 : 5)) {
    case 0:
      return setPath(random.pick(hostilePaths));
    case 1:
      return dropHeader(direction, random.pick(namesOf(stream, direction)));
    case 2:
      return repeatHeader(direction, random.pick(namesOf(stream, direction)), 2 + random.below(60));
    case 3:
    case 4:
      return setHeader(
        direction,
        random.pick([...namesOf(stream, direction), "x-hostile"]),
        random.pick(hostileHeaderValues),
      );
    case 5:
      return setBody(direction, Buffer.from(random.pick(hostileBodies), "latin1"));
    case 6:
      return inPieces(direction, 1 + random.below(4));
    default:
      return setBody(direction, mutate(random, body, hostilePieces));
  }
}

/** Names that an edit may touch: not what frames the message. */
function namesOf(stream: RecordedStream, direction: Direction): ByteString[] {
  const names = (stream[direction]?.headers ?? []).map(([name]) => name);
  const free = names.filter((name) => !name.startsWith(":") && !framing.has(name));
  return free.length === 0 ? ["x-hostile"] : free;
}

export const framing: ReadonlySet<string> = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "host",
]);

function setPath(path: ByteString): Edit {
  return editHeaders("request", `the path is ${shown(path)}`, (headers) =>
    headers.map(([name, value]) => [name, name === ":path" ? path : value] as const),
  );
}

function setHeader(direction: Direction, name: ByteString, value: ByteString): Edit {
  return editHeaders(direction, `the ${direction}'s header ${name} is ${shown(value)}`, (headers) => [
    ...headers.filter(([key]) => key !== name),
    [name, value],
  ]);
}

function dropHeader(direction: Direction, name: ByteString): Edit {
  return editHeaders(direction, `the ${direction} has no header ${name}`, (headers) =>
    headers.filter(([key]) => key !== name),
  );
}

function repeatHeader(direction: Direction, name: ByteString, times: number): Edit {
  return editHeaders(direction, `the ${direction} has ${times} headers ${name}`, (headers) => {
    const value = headers.find(([key]) => key === name)?.[1] ?? "";
    const rest = headers.filter(([key]) => key !== name);
    return [...rest, ...Array.from({ length: times }, () => [name, value] as const)];
  });
}

function editHeaders(direction: Direction, text: string, edit: (headers: HeaderList) => HeaderList): Edit {
  return {
    text,
    apply(stream) {
      const message = stream[direction];
      if (message === null) return stream;
      return withMessage(stream, direction, { ...message, headers: edit(message.headers) });
    },
  };
}

function setBody(direction: Direction, bytes: Uint8Array): Edit {
  return {
    text: `the ${direction}'s body is ${shown(Buffer.from(bytes).toString("latin1"))}`,
    apply: (stream) => withBody(stream, direction, bytes),
  };
}

/** A stream with another body and the length that belongs to it. */
export function withBody(stream: RecordedStream, direction: Direction, bytes: Uint8Array): RecordedStream {
  const message = stream[direction];
  if (message === null) return stream;
  return withMessage(stream, direction, {
    ...message,
    headers: withContentLength(message.headers, bytes.length),
    body: { kind: "recorded", chunks: bytes.length === 0 ? [] : [bytes] },
  });
}

function inPieces(direction: Direction, size: number): Edit {
  return {
    text: `the ${direction}'s body comes in pieces of ${size} bytes`,
    apply(stream) {
      const { length } = bodyOf(stream, direction);
      // A thousand pieces show what there is to see.
      const step = Math.max(size, Math.ceil(length / 1_000));
      const cuts = Array.from(
        { length: Math.max(0, Math.ceil(length / step) - 1) },
        (_, i) => (i + 1) * step,
      );
      return cutAt(stream, direction, cuts);
    },
  };
}

function shown(bytes: ByteString): string {
  const text = JSON.stringify(toText(bytes));
  return text.length <= 60 ? text : `${text.slice(0, 60)}… (${bytes.length} bytes)`;
}
