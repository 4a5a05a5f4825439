import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { fromBytes, type HeaderPair } from "../byte-string.js";
import { parseEventStream } from "./event-stream.js";
import { writeEventStream } from "./event-stream-writer.js";
import { fillMissingBodies } from "./missing-body.js";
import { parseRecording } from "./read-recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedBody, RecordedMessage, RecordedStream } from "./recorded-stream.js";

// What holds for every recording, tried on random ones. A failure names its seed: SEED=1234 npx vitest run ...
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
console.log(`recording properties: SEED=${SEED}`);

/** Numbers in [0, below), always the same for a seed (the mulberry32 generator). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  list<T>(longest: number, make: () => T): T[] {
    return Array.from({ length: this.below(longest + 1) }, make);
  }

  bytes(longest: number): Uint8Array {
    return Uint8Array.from(this.list(longest, () => this.below(256)));
  }
}

const root = new URL("../../../", import.meta.url);
const schema = JSON.parse(readFileSync(new URL("host-sim/stream.schema.json", root), "utf8")) as object;
const isEvent: ValidateFunction = new Ajv2020({ allErrors: false, allowUnionTypes: true }).compile(schema);

function* filesUnder(folder: URL): Generator<URL> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (["node_modules", "dist", "build"].includes(entry.name) || entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) yield* filesUnder(new URL(`${entry.name}/`, folder));
    else yield new URL(entry.name, folder);
  }
}

const eventFiles = [...filesUnder(root)].filter(({ pathname }) => pathname.endsWith(".stream.jsonl"));
const recordings = [
  ...filesUnder(new URL("examples/recordings/", root)),
  ...filesUnder(new URL("test/capture/recordings/", root)),
];

describe("stream.schema.json", () => {
  test.each(eventFiles.map((file) => [file.pathname.slice(root.pathname.length), file] as const))(
    "%s",
    (_, file) => {
      for (const [index, line] of readFileSync(file, "utf8").trimEnd().split("\n").entries()) {
        expect(isEvent(JSON.parse(line)), `line ${index + 1}: ${JSON.stringify(isEvent.errors)}`).toBe(true);
      }
    },
  );

  test("refuses what the reader refuses", () => {
    const line = (fields: object): unknown => ({
      v: 1,
      id: "a",
      at: 0,
      ev: "req.data",
      end: true,
      ...fields,
    });
    for (const fields of [
      {},
      { utf8: "", base64: "" },
      { utf8: "", ev: "req.body" },
      { utf8: "", v: 2 },
      { utf8: "", at: -1 },
      { utf8: "", more: 1 },
      { utf8: "", id: "a b" },
      { base64: "x" },
      { missing: {} },
      { ev: "req.headers", headers: [[":path", "/"]] },
      {
        ev: "res.headers",
        headers: [
          [":status", "200"],
          ["A", "b"],
        ],
      },
      {
        ev: "res.headers",
        headers: [
          [":status", "200"],
          ["a", "b\n"],
        ],
      },
      { ev: "res.headers", headers: [[":status", "200"], ["a"]] },
      {
        ev: "res.headers",
        headers: [
          [":status", "200"],
          [":status", "200"],
        ],
      },
    ]) {
      expect(isEvent(line(fields)), JSON.stringify(fields)).toBe(false);
      expect(() => parseEventStream(JSON.stringify(line(fields)), "a"), JSON.stringify(fields)).toThrow(
        RecordingError,
      );
    }
  });
});

const withoutPlace = (stream: RecordedStream): RecordedStream => ({ ...stream, source: "" });

test("what is written is valid, and read back the same", () => {
  const random = new Random(SEED);
  const header = (): HeaderPair => [
    random.pick(["a", "x-note", "set-cookie", "x.y_z~"]),
    random.pick([
      () => "",
      () => "plain",
      () => fromBytes(random.bytes(20)).replace(/[\r\n\0]/g, "."),
      () => fromBytes(Buffer.from("Crème 🍵")),
    ])(),
  ];
  const message = (pseudo: readonly HeaderPair[]): RecordedMessage => {
    const body: RecordedBody =
      random.below(5) === 0
        ? { kind: "missing", size: random.pick([null, 0, 7]), reason: "lost" }
        : {
            kind: "recorded",
            chunks: random.list(3, () => random.bytes(30)).filter((chunk) => chunk.length > 0),
          };
    return {
      headers: [...pseudo, ...random.list(4, header), ["transfer-encoding", "chunked"]],
      body,
      trailers: random.below(3) === 0 ? random.list(2, header) : null,
    };
  };
  for (let round = 0; round < 300; round += 1) {
    const streams = Array.from({ length: 1 + random.below(3) }, (_, index): RecordedStream => ({
      id: `stream-${index}`,
      source: "a.stream.jsonl",
      protocol: random.pick(["HTTP/1.1", "HTTP/2"]),
      request: message([
        [":authority", "a"],
        [":path", "/"],
        [":method", "POST"],
        [":scheme", "http"],
      ]),
      response: random.below(4) === 0 ? null : message([[":status", "200"]]),
      notes: random.list(2, () => "A note."),
    }));
    const text = writeEventStream(streams);
    for (const line of text.trimEnd().split("\n")) {
      expect(isEvent(JSON.parse(line)), `${line} ${JSON.stringify(isEvent.errors)}`).toBe(true);
    }
    const read = parseEventStream(text, "a.stream.jsonl").streams.map(withoutPlace);
    expect(read).toEqual(streams.map(withoutPlace));
  }
});

describe("every recording of the repository", () => {
  test.each(recordings.map((file) => [file.pathname.split("/").at(-1) ?? "", file] as const))(
    "%s becomes an event file and comes back the same",
    (name, file) => {
      const { streams } = parseRecording(readFileSync(file), name);
      const text = writeEventStream(streams);
      for (const line of text.trimEnd().split("\n"))
        expect(isEvent(JSON.parse(line)), line.slice(0, 200)).toBe(true);
      expect(parseEventStream(text, name).streams.map(withoutPlace)).toEqual(streams.map(withoutPlace));
    },
  );
});

describe("a damaged recording is read or refused, and never anything else", () => {
  const TEARS = 150;

  test.each(recordings.map((file) => [file.pathname.split("/").at(-1) ?? "", file] as const))(
    "%s",
    (name, file) => {
      const whole = readFileSync(file);
      const random = new Random(SEED ^ whole.length);
      const outcomes = { read: 0, refused: 0 };
      for (let tear = 0; tear < TEARS; tear += 1) {
        const damaged = damage(whole, random);
        try {
          parseRecording(damaged, name).streams.map(fillMissingBodies);
          outcomes.read += 1;
        } catch (error) {
          if (!(error instanceof RecordingError))
            throw new Error(`SEED=${SEED}, tear ${tear}`, { cause: error });
          expect(error.message.startsWith(name), error.message).toBe(true);
          outcomes.refused += 1;
        }
      }
      expect(outcomes.refused, JSON.stringify(outcomes)).toBeGreaterThan(0);
    },
  );
});

const FRAGMENTS = [
  "{",
  "}",
  "[",
  "]",
  '"',
  "\\",
  "null",
  "0",
  "-1",
  "1e999",
  ":",
  ",",
  "\n",
  "\u{FFFD}",
  "\xff",
  "[[[[",
  "true",
] as const;

function damage(whole: Uint8Array, random: Random): Uint8Array {
  const at = random.below(whole.length);
  const length = 1 + random.below(random.pick([1, 8, 200]));
  const before = whole.subarray(0, at);
  const after = whole.subarray(at + length);
  switch (random.below(6)) {
    case 0: // cut off
      return before;
    case 1: // a piece is lost
      return Buffer.concat([before, after]);
    case 2: // a piece comes twice
      return Buffer.concat([before, whole.subarray(at, at + length), whole.subarray(at)]);
    case 3: // a piece is garbage
      return Buffer.concat([before, random.bytes(length), after]);
    case 4: // a piece is another piece of grammar
      return Buffer.concat([before, Buffer.from(random.pick(FRAGMENTS), "latin1"), whole.subarray(at + 1)]);
    default:
      return damageValue(whole, random);
  }
}

/** Replaces a whole JSON value after a colon, so that the file stays JSON and is wrong above the grammar. */
function damageValue(whole: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(whole).toString("latin1");
  const colon = text.indexOf(":", random.below(text.length));
  const value = /^:\s*("(?:[^"\\]|\\.){0,4000}"|-?\d[\d.]*|true|false|null|\[\]|\{\})/.exec(
    text.slice(colon, colon + 5000),
  );
  if (colon < 0 || value === null) return Buffer.concat([whole, random.bytes(5)]);
  const other = random.pick([
    "null",
    "[]",
    "{}",
    "-1",
    "1e300",
    "9007199254740993",
    '""',
    '"?"',
    "true",
    '[{"a":[]}]',
  ]);
  return Buffer.from(`${text.slice(0, colon)}:${other}${text.slice(colon + value[0].length)}`, "latin1");
}
