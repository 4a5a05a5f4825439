import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRecording, openRecording, parseRecording, readRecording } from "./open-recording.js";
import { RecordingError, recordingErrors } from "./recording-error.js";

const recording = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/recordings/${name}`, import.meta.url));

describe("every recording of the repository is recognised by its content", () => {
  test.each([
    ["site.har", 27],
    ["tap-streamed.json", 20],
    ["tap-streamed.pb_length_delimited", 7],
    ["tap-buffered.json", 1],
    ["edge-cases.stream.jsonl", 45],
  ])("%s", async (name, count) => {
    expect(await readRecording(recording(name))).toHaveLength(count);
  });

  test("skipped entries are told to those who ask", async () => {
    expect((await loadRecording(recording("site.har"))).skipped).toHaveLength(1);
  });
});

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe("the content decides", () => {
  test("with a byte order mark, white space, and other keys before the telling one", () => {
    const har = '\n {"comment": "", "log": {"entries": []}}';
    expect(parseRecording(bytes([0xef, 0xbb, 0xbf], har), "a").streams).toEqual([]);
  });

  test.each([
    ["empty", bytes(""), "ERR_RECORDING_EMPTY"],
    ["only white space", bytes(" \r\n\t"), "ERR_RECORDING_EMPTY"],
    ["text", bytes("GET / HTTP/1.1\r\n"), "ERR_RECORDING_UNKNOWN_FORMAT"],
    ["an array", bytes("[]"), "ERR_RECORDING_UNKNOWN_FORMAT"],
    ["other JSON", bytes('{"a":1}'), "ERR_RECORDING_UNKNOWN_FORMAT"],
    ["an empty object", bytes("{}"), "ERR_RECORDING_UNKNOWN_FORMAT"],
    ["a zip", bytes("PK\x03\x04"), "ERR_RECORDING_UNKNOWN_FORMAT"],
    ["wasm", bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), "ERR_RECORDING_UNKNOWN_FORMAT"],
    ["JSON in Latin-1", bytes('{"log":"', [0xe9], '"}'), "ERR_RECORDING_NOT_UTF8"],
    ["a brace", bytes("{"), "ERR_RECORDING_TRUNCATED"],
    ["a broken object", bytes("{x}"), "ERR_RECORDING_NOT_JSON"],
  ])("%s is %s", (_, content, code) => {
    expect(() => parseRecording(content, "a")).toThrow(
      expect.objectContaining({ name: "RecordingError", code }),
    );
  });

  test("a protobuf message of 123 bytes begins like JSON and is none", () => {
    const segment = bytes(
      [0x7b, 0x12, 121],
      [0x08, 1],
      [0x2a, 117, 0x0a, 115],
      [0x0a, 1, 0x61, 0x12, 110],
      "v".repeat(110),
    );
    expect(segment).toHaveLength(124);
    expect(parseRecording(segment, "a").skipped).toEqual([
      { source: "a, message 1", reason: "the trace has no request headers" },
    ]);
  });
});

describe("files", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "open-recording-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const refused = async (path: string): Promise<RecordingError> => {
    const outcome: unknown = await readRecording(path).catch((error: unknown) => error);
    if (outcome instanceof RecordingError) return outcome;
    throw new Error("was not refused");
  };

  const refusedAfter = async (path: string): Promise<{ items: number; error: unknown }> => {
    let items = 0;
    try {
      for await (const _ of openRecording(path)) items += 1;
    } catch (error) {
      return { items, error };
    }
    throw new Error("was not refused");
  };

  test("a file that is not there, and a folder", async () => {
    const path = join(folder, "nowhere.har");
    expect(await refused(path)).toMatchObject({
      code: "ERR_RECORDING_NOT_FOUND",
      message: `${path}: there is no such file`,
    });
    expect(await refused(folder)).toMatchObject({
      code: "ERR_RECORDING_NOT_A_FILE",
      message: `${folder}: is a folder`,
    });
  });

  test("a file that breaks off gives what stands before", async () => {
    const path = join(folder, "cut.stream.jsonl");
    const edgeCases = await readFile(recording("edge-cases.stream.jsonl"));
    await writeFile(path, edgeCases.subarray(0, edgeCases.length / 2));
    const read = await refusedAfter(path);
    expect(read.items).toBeGreaterThan(10);
    expect(read.error).toMatchObject({ code: "ERR_RECORDING_TRUNCATED" });
  });
});

test("every error says when it happens and what to do", () => {
  for (const { when, hint } of Object.values(recordingErrors)) {
    expect(when).toMatch(/^[A-Z].*\.$/);
    expect(hint).toMatch(/\.$/);
  }
});
