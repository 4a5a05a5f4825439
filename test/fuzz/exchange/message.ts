import type { Random } from "as-proxy-wasm-sim/explore";

export type Fields = readonly (readonly [name: string, value: string])[];

/** Half an exchange, as a peer sends it; texts are octets (latin1). */
export interface Message {
  readonly headers: Fields;
  /** The pieces of the body as they happen to arrive. */
  readonly pieces: readonly string[];
  /** Whether an empty last piece says that the body has ended. */
  readonly endsEmpty: boolean;
  readonly trailers: Fields | null;
}

export interface Exchange {
  readonly request: Message;
  readonly response: Message;
}

const NAMES = [
  "x-a",
  "x-a",
  "x-b",
  "cookie",
  "x-as-name",
  "x-as-value",
  "x-remove",
  "x-all",
  "content-length",
  "x",
  "x-copy",
];
const VALUES = [
  "",
  "a",
  "x-a",
  "x-b",
  ":path",
  "x-copy",
  "a b",
  "é",
  "\xff\xfe",
  "\xed\xa0\x80",
  "\xf0\x9f\x98",
  "x\r\ny: z",
  "\0",
  "5",
  "65",
  "99999999999999999999",
  "-1",
  "bad name",
  "Host",
  "\u00e9".repeat(40),
];

export function makeExchange(random: Random): Exchange {
  return {
    request: makeMessage(random, [
      [":method", "POST"],
      [":path", random.pick(["/", "/a?b=%ff", "/\xff"])],
      [":authority", "a"],
      ["x-use", random.pick(["0", "1", "2", "3"])],
    ]),
    response: makeMessage(random, [[":status", random.pick(["200", "204", "500"])]]),
  };
}

function makeMessage(random: Random, pseudo: Fields): Message {
  const fields = (): Fields =>
    Array.from(
      { length: random.below(6) },
      () =>
        [
          random.pick(NAMES),
          random.once(5) ? Buffer.from(random.bytes(12)).toString("latin1") : random.pick(VALUES),
        ] as const,
    );
  const pieces = random.once(4)
    ? []
    : Array.from({ length: random.below(5) }, () =>
        Buffer.from(random.bytes(random.once(6) ? 80 : 16)).toString("latin1"),
      );
  return {
    headers: [...pseudo, ...fields()],
    pieces,
    endsEmpty: random.once(2),
    trailers: random.once(4) ? fields() : null,
  };
}
