import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRecording } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { runCommand } from "../testing/run-command.js";

// That a real Envoy writes such files, and that its filter does what they say, test/recordings shows.
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "record-envoy-"));
});
afterAll(() => rm(folder, { recursive: true }));

const header = (pair: readonly string[]): object => ({ key: pair[0], value: pair[1] });
const segments = (...pieces: readonly object[]): string =>
  pieces
    .map((piece) => JSON.stringify({ http_streamed_trace_segment: { trace_id: "7", ...piece } }))
    .join("\n");
const request = (...more: readonly (readonly string[])[]): object => ({
  request_headers: {
    headers: [[":authority", "a"], [":path", "/"], [":method", "GET"], [":scheme", "http"], ...more].map(
      header,
    ),
  },
});
const response = (...more: readonly (readonly string[])[]): object => ({
  response_headers: { headers: [[":status", "200"], ...more].map(header) },
});

test("--print-config gives the two taps for Envoy's configuration", async () => {
  const { exitCode, stdout, stderr } = await runCommand(["record", "--envoy", folder, "--print-config"]);
  expect(exitCode).toBe(0);
  const taps = parse(stdout) as { name: string; typed_config: object }[];
  expect(taps.map(({ name }) => name)).toEqual(["tap-before", "tap-behind"]);
  expect(JSON.stringify(taps[1])).toContain(`"path_prefix":"${folder}/behind"`);
  expect(stderr).toContain("the files have everything that passes, secrets too");
});

test("the files of both taps become streams with expectations, and without secrets", async () => {
  await writeFile(
    join(folder, "before_7.json"),
    segments(request(["cookie", "a=s3cret"]), response(["x-b", "changed"])),
  );
  await writeFile(
    join(folder, "behind_7.json"),
    segments(request(["cookie", "a=s3cret"], ["x-a", "added"]), response()),
  );
  await writeFile(join(folder, "before_8.json"), segments(request(), response(["x-local", "1"])));
  await writeFile(join(folder, "behind_8.json"), segments({}, response()));
  const output = join(folder, "out.stream.jsonl");
  const { exitCode, stderr } = await runCommand(["record", "--envoy", folder, "-o", output]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `wrote ${output}: 2 streams\n` });
  const [first, second] = await readRecording(output);
  expect(first?.request.headers.at(-1)).toEqual(["cookie", "a=x0xxxx"]);
  expect(first?.response?.headers).toEqual([[":status", "200"]]);
  expect(first?.expect?.upstream?.headers.slice(4)).toEqual([
    ["cookie", "a=x0xxxx"],
    ["x-a", "added"],
  ]);
  expect(first?.expect?.response?.headers.at(-1)).toEqual(["x-b", "changed"]);
  expect(second).toMatchObject({ response: null, expect: { upstream: null } });
});

test("a folder without such files is refused, and leaves nothing behind", async () => {
  const empty = await mkdtemp(join(tmpdir(), "record-envoy-"));
  const { exitCode, stderr } = await runCommand([
    "record",
    "--envoy",
    empty,
    "-o",
    join(empty, "out.stream.jsonl"),
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "has no files of the two taps, such as before_1.pb_length_delimited; put both taps around",
  );
  expect(await readdir(empty)).toEqual([]);
  await rm(empty, { recursive: true });
});
