import type { HeaderPair } from "../byte-string.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { framing, withBody } from "./edit.js";
import { bodyOf, whole, withMessage, type Direction } from "./pieces.js";
import { shrinkBytes } from "./shrink-bytes.js";

/** Runs that the search for a smaller stream may take. */
const mostRuns = 1_500;

/** A smaller stream that still fails: without headers that do not matter, with shorter values and bodies, in one piece. */
export async function shrinkStream(
  stream: RecordedStream,
  fails: (stream: RecordedStream) => Promise<boolean>,
): Promise<RecordedStream> {
  let smallest = stream;
  let runs = mostRuns;
  const attempt = async (candidate: RecordedStream): Promise<boolean> => {
    if (runs-- <= 0 || !(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  await attempt(whole(smallest));
  for (const direction of ["response", "request"] as const) {
    if (bodyOf(smallest, direction).length > 0) await attempt(withBody(smallest, direction, Buffer.alloc(0)));
    await withoutTrailers(smallest, direction, attempt);
    for (const name of new Set(freeNames(smallest, direction)))
      await attempt(withHeaders(smallest, direction, ([key]) => (key === name ? null : undefined)));
    for (const name of new Set(freeNames(smallest, direction))) {
      const values = smallest[direction]!.headers.filter(([key]) => key === name);
      if (values.length > 1) await attempt(withOneOf(smallest, direction, name));
      await shrinkValue(
        name,
        values[0]![1],
        direction,
        (candidate) => attempt(candidate),
        () => smallest,
      );
    }
    const body = bodyOf(smallest, direction);
    if (body.length > 0)
      await shrinkBytes(body, (bytes) => attempt(withBody(smallest, direction, bytes)), mostRuns);
  }
  return smallest;
}

function freeNames(stream: RecordedStream, direction: Direction): string[] {
  return (stream[direction]?.headers ?? [])
    .map(([name]) => name)
    .filter((name) => !name.startsWith(":") && !framing.has(name));
}

async function withoutTrailers(
  stream: RecordedStream,
  direction: Direction,
  attempt: (candidate: RecordedStream) => Promise<boolean>,
): Promise<void> {
  const message = stream[direction];
  if (message !== null && message.trailers !== null)
    await attempt(withMessage(stream, direction, { ...message, trailers: null }));
}

/** Each header as `change` gives it; null: without it, undefined: as it is. */
function withHeaders(
  stream: RecordedStream,
  direction: Direction,
  change: (header: HeaderPair) => HeaderPair | null | undefined,
): RecordedStream {
  const message = stream[direction];
  if (message === null) return stream;
  const headers = message.headers.flatMap((header) => {
    const changed = change(header);
    return changed === undefined ? [header] : changed === null ? [] : [changed];
  });
  return withMessage(stream, direction, { ...message, headers });
}

function withOneOf(stream: RecordedStream, direction: Direction, name: string): RecordedStream {
  let seen = false;
  return withHeaders(stream, direction, ([key]) => {
    if (key !== name) return undefined;
    const again = seen;
    seen = true;
    return again ? null : undefined;
  });
}

async function shrinkValue(
  name: string,
  value: string,
  direction: Direction,
  attempt: (candidate: RecordedStream) => Promise<boolean>,
  current: () => RecordedStream,
): Promise<void> {
  await shrinkBytes(
    Buffer.from(value, "latin1"),
    (bytes) =>
      attempt(
        withHeaders(current(), direction, ([key]) =>
          key === name ? [name, bytes.toString("latin1")] : undefined,
        ),
      ),
    200,
  );
}
