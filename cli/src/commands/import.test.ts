import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRecording } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";

const recording = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/recordings/${name}`, import.meta.url));

let folder = "";
let output = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-"));
  output = join(folder, "out.stream.jsonl");
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...argv: string[]) => runCommand(["import", ...argv, "-o", output]);

test("a HAR becomes an event file with the same streams", async () => {
  const { exitCode, stderr } = await run(
    recording("site.har"),
    "--keep",
    "cookie",
    "--keep",
    "set-cookie",
    "--keep",
    "x-api-key",
  );
  expect(exitCode).toBe(0);
  expect(stderr).toContain("skipped 1: the browser aborted or blocked the request: it has no status\n");
  expect(stderr).toContain(
    "streams lack a body; replay --fill-missing-bodies puts placeholder bytes there\n",
  );
  expect(stderr).toContain(`wrote ${output}: 27 items\n`);
  const place = { source: "" };
  const expected = (await readRecording(recording("site.har"))).map((stream) => ({ ...stream, ...place }));
  expect((await readRecording(output)).map((stream) => ({ ...stream, ...place }))).toEqual(expected);
});

test("secrets are replaced unless they are kept", async () => {
  const event = { v: 1, id: "a", at: 0, ev: "req.headers", end: true };
  const headers = [
    [":authority", "a"],
    [":path", "/"],
    [":method", "GET"],
    [":scheme", "http"],
    ["authorization", "Bearer s3cret"],
    ["x-tenant", "acme"],
  ];
  const path = join(folder, "secrets.stream.jsonl");
  await writeFile(path, `${JSON.stringify({ ...event, headers })}\n`);
  await run(path);
  expect(await readFile(output, "utf8")).toContain('["authorization","Bearer x0xxxx"],["x-tenant","acme"]');
  await run(path, "--redact", "X-Tenant", "--keep", "authorization");
  expect(await readFile(output, "utf8")).toContain('["authorization","Bearer s3cret"],["x-tenant","xxxx"]');
});

test("several files, the streams that are wanted, cut anew", async () => {
  const { exitCode } = await run(
    recording("tap-streamed.json"),
    recording("edge-cases.stream.jsonl"),
    "--only",
    "json-in-chunks",
    "--chunk",
    "10",
  );
  expect(exitCode).toBe(0);
  const [stream, ...more] = await readRecording(output);
  expect(more).toEqual([]);
  expect(stream).toMatchObject({ id: "edge-cases.stream.jsonl:json-in-chunks" });
  expect(stream?.request.body).toMatchObject({ kind: "recorded" });
  const chunks = stream?.request.body.kind === "recorded" ? stream.request.body.chunks : [];
  expect(chunks.map(({ length }) => length)).toEqual([10, 10, 5]);

  await run(recording("tap-streamed.json"), "--limit", "3");
  expect(await readRecording(output)).toHaveLength(3);
});

test("a broken recording leaves what stood there, and nothing half-written", async () => {
  await writeFile(output, "before");
  const broken = join(folder, "broken.har");
  await writeFile(broken, (await readFile(recording("site.har"))).subarray(0, 20_000));
  const { exitCode, stderr } = await run(broken);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("error: broken.har: ends in the middle of a JSON value (line ");
  expect(await readFile(output, "utf8")).toBe("before");
  expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test.each([
  [[], "there is nothing to import"],
  [["a.har", "--chunk", "some"], "--chunk is some; say a number of bytes, whole, lines or random"],
  [["a.har", "--wire", "keep"], "--wire is keep; say drop or recompress"],
  [["a.har", "--limit", "0"], "--limit is 0, which is no whole number from 1 on"],
  [["a.har", "--redact", "cookie", "--keep", "Cookie"], "--redact and --keep both name cookie"],
])("%j is no command line", async (argv, message) => {
  const { exitCode, stderr } = await run(...argv);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});
