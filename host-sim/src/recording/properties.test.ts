import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { Random } from "../random.js";
import { randomItem } from "../testing/random-recording.js";
import { writeEventStream } from "./event-stream-writer.js";
import { fillMissingBodies } from "./missing-body.js";
import { parseRecording } from "./open-recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedItem, SkippedEntry } from "./recording.js";
import { RecordingReader } from "./recording-reader.js";

// What holds for every recording, tried on random ones. A failure names its seed: SEED=1234 npx vitest run ...
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32));
console.log(`recording properties: SEED=${SEED}`);

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
  // A zip is unpacked before anything is read (zipped-har.test.ts).
].filter(({ pathname }) => !pathname.endsWith(".zip"));

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
      expect(() => parseText(JSON.stringify(line(fields)), "a"), JSON.stringify(fields)).toThrow(
        RecordingError,
      );
    }
  });
});

const parseText = (text: string, source: string) => parseRecording(Buffer.from(text), source);
const withoutPlace = (item: RecordedItem): RecordedItem =>
  "source" in item ? { ...item, source: "" } : item;
/** An event file gives what is over in the order in which it ended: what never is comes last. */
const byId = (a: RecordedItem, b: RecordedItem): number => ("id" in a && "id" in b && a.id < b.id ? -1 : 1);

describe("event files", () => {
  const random = new Random(SEED);
  const rounds = Array.from({ length: 200 }, () =>
    Array.from({ length: 1 + random.below(4) }, (_, index) => randomItem(random, `id-${index}`)),
  );

  test("what is written is valid, and read back the same", () => {
    for (const items of rounds) {
      const text = writeEventStream(items);
      for (const line of text.trimEnd().split("\n")) {
        expect(isEvent(JSON.parse(line)), `${line} ${JSON.stringify(isEvent.errors)}`).toBe(true);
      }
      const read = parseText(text, "a.stream.jsonl").items.map(withoutPlace);
      expect(read.filter((item) => "id" in item).sort(byId)).toEqual(
        items.filter((item) => "id" in item).sort(byId),
      );
      expect(read.filter((item) => !("id" in item))).toEqual(items.filter((item) => !("id" in item)));
      // What was read is written in the same words.
      expect(writeEventStream(parseText(text, "a").items)).toBe(text);
    }
  });

  test("an event with a wrong value is refused by the schema, or read", () => {
    let refused = 0;
    for (const items of rounds) {
      const lines = writeEventStream(items).trimEnd().split("\n");
      const index = random.below(lines.length);
      const event = JSON.parse(lines[index]!) as object;
      spoil(event, random);
      lines[index] = JSON.stringify(event);
      try {
        parseText(lines.join("\n"), "a.stream.jsonl");
      } catch (error) {
        if (!(error instanceof RecordingError)) throw error;
        refused += 1;
        continue;
      }
      expect(isEvent(event), `${lines[index]} ${JSON.stringify(isEvent.errors)}`).toBe(true);
    }
    expect(refused).toBeGreaterThan(rounds.length / 4);
  });
});

/** Puts another value, or an additional one, somewhere in an object. */
function spoil(object: object, random: Random): void {
  const fields = object as Record<string, unknown>;
  const keys = Object.keys(fields);
  const key = keys[random.below(keys.length)];
  const value = key === undefined ? undefined : fields[key];
  if (typeof value === "object" && value !== null && Object.keys(value).length > 0 && !random.once(4)) {
    spoil(value, random);
    return;
  }
  const what = key === undefined ? "more" : random.pick(["more", "less", "other", "other", "other"]);
  if (what === "more") {
    if (!Array.isArray(object)) fields["more"] = 1;
  } else if (what === "less") {
    if (Array.isArray(object)) object.pop();
    else delete fields[key!];
  } else {
    fields[key!] = random.pick<unknown>([null, -1, 1.5, 1e300, "", "?", true, [], {}, "a\nb", [["a", "b"]]]);
  }
}

describe("every recording of the repository", () => {
  test.each(recordings.map((file) => [file.pathname.split("/").at(-1) ?? "", file] as const))(
    "%s becomes an event file and comes back the same",
    (name, file) => {
      const { streams } = parseRecording(readFileSync(file), name);
      const text = writeEventStream(streams);
      for (const line of text.trimEnd().split("\n"))
        expect(isEvent(JSON.parse(line)), line.slice(0, 200)).toBe(true);
      expect(parseText(text, name).items.map(withoutPlace)).toEqual(streams.map(withoutPlace));
    },
  );
});

describe("a recording that comes in pieces is the same", () => {
  test.each(recordings.map((file) => [file.pathname.split("/").at(-1) ?? "", file] as const))(
    "%s",
    (name, file) => {
      const whole = readFileSync(file);
      const random = new Random(SEED ^ whole.length);
      const items: RecordedItem[] = [];
      const skipped: SkippedEntry[] = [];
      const sink = {
        item: (item: RecordedItem) => items.push(item),
        skipped: (entry: SkippedEntry) => skipped.push(entry),
      };
      const reader = new RecordingReader(name, sink, { folder: null });
      for (let at = 0; at < whole.length;) {
        const piece = Buffer.from(whole.subarray(at, at + 1 + random.below(random.pick([2, 50, 5000]))));
        reader.write(piece);
        at += piece.length;
        // Its owner may use it for something else.
        piece.fill(0);
      }
      reader.end();
      const { items: expected, skipped: expectedSkipped } = parseRecording(whole, name);
      expect(items).toEqual(expected);
      expect(skipped).toEqual(expectedSkipped);
    },
  );
});

describe("a damaged recording is read or refused, and never anything else", () => {
  const TEARS = 60;

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
