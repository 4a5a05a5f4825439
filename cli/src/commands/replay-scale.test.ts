import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

/** Keeps what a filter can keep, in its memory and in metrics, and shows it. */
const counting = `
import { Counter, Headers, HeadersAction, Histogram, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";

const seen = new Counter("streams_seen");
const length = new Histogram("path_length");
let streams: i32 = 0;

class Counting extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const path = headers.get(":path")!;
    seen.increment();
    length.record(path.length);
    streams += 1;
    if (headers.has("x-number")) headers.set("x-number", streams.toString());
    if (path == "/loop") while (true) streams += 1;
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Counting>("hello");
`;

function recording(ids: readonly string[], extra: readonly (readonly [string, string])[] = []): string {
  const lines = ids.flatMap((id) => [
    {
      v: 1,
      id,
      at: 0,
      ev: "req.headers",
      headers: [
        [":authority", "a.example"],
        [":path", `/${id}`],
        [":method", "GET"],
        [":scheme", "http"],
        ...extra,
      ],
      end: true,
    },
    { v: 1, id, at: 0, ev: "res.headers", headers: [[":status", "200"]], end: false },
    { v: 1, id, at: 0, ev: "res.data", utf8: `the body of ${id}\n`, end: true },
  ]);
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

const ids = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`);

let project: ScratchProject;
beforeAll(async () => {
  project = scratchProject();
  project.write("assembly/index.ts", counting);
  expect(await runCommand(["build", project.folder])).toMatchObject({ exitCode: 0 });
  project.write("many.stream.jsonl", recording(ids(57, "a"), [["x-number", "?"]]));
  project.write("more.stream.jsonl", recording(ids(30, "b")));
});
afterAll(() => project.remove());

const reproducible = ["--now", "2026-01-31T12:00:00Z", "--no-times", "--streams-per-envoy", "10"];

function replay(...argv: string[]): Promise<CommandResult> {
  const files = ["many", "more"].map((name) => project.path(`${name}.stream.jsonl`));
  return runCommand(["replay", "-C", project.folder, ...files, ...reproducible, ...argv]);
}

describe("the outcome does not depend on how a replay is split", () => {
  test("any number of workers prints the same", async () => {
    const one = await replay("--json");
    expect(one.exitCode).toBe(0);
    const report = JSON.parse(one.stdout) as {
      recordings: { items: { id: string; envoy: number }[] }[];
      metrics: Record<string, unknown>;
      warnings: string[];
    };
    expect(report.recordings.map(({ items }) => items.length)).toEqual([57, 30]);
    expect(report.recordings[1]!.items.at(-1)).toMatchObject({ id: "b29", envoy: 8 });
    expect(report.metrics["wasmcustom.streams_seen"]).toBe(87);
    expect(report.metrics["wasmcustom.path_length"]).toHaveLength(87);
    expect(report.warnings).toEqual([
      "What the filter answers depends on the streams before: the first stream of Envoy 0 came out differently when it was replayed again at the end. Every 10 streams began with a fresh Envoy (--streams-per-envoy).",
    ]);
    for (const workers of ["2", "3", "auto"])
      expect(await replay("--json", "--workers", workers)).toEqual(one);
    const text = await replay();
    expect(text.stdout).toContain("a11 request ~ x-number: ? -> 2\n");
    expect(await replay("--workers", "3")).toEqual(text);
  });

  test.each([2, 12])("%i shards merge into the same", async (count) => {
    const parts: string[] = [];
    for (let index = 1; index <= count; index++) {
      const part = project.path(`part-${index}-of-${count}.json`);
      const result = await replay("--json", "--shard", `${index}/${count}`, "--output", part);
      expect(result).toMatchObject({ exitCode: 0, stdout: "" });
      parts.unshift(part);
    }
    const whole = await replay("--json");
    const merged = await runCommand(["merge", ...parts, "--json"]);
    expect(merged).toEqual(whole);
    expect(await runCommand(["merge", ...parts])).toEqual(await replay());
  });
});

describe("merge refuses what does not belong together", () => {
  const part = async (name: string, ...argv: string[]): Promise<string> => {
    await replay("--json", "--output", project.path(name), ...argv);
    return project.path(name);
  };
  const merge = async (...parts: string[]): Promise<string> => (await runCommand(["merge", ...parts])).stderr;

  test("missing, doubled, foreign, cut and other files", async () => {
    const one = await part("one.json", "--shard", "1/2");
    const two = await part("two.json", "--shard", "2/2");
    const other = await part("other.json", "--shard", "2/2", "--only", "a1");
    const whole = await part("whole.json");
    const cut = project.write("cut.json", readFileSync(two).subarray(0, 2000));
    const text = project.write("text.json", "no json");
    expect(await merge(one)).toBe("error: part 2 of 2 is missing; name all parts\n");
    expect(await merge(one, two, two)).toBe("error: a part is there twice; name each part once\n");
    expect(await merge(one, other)).toMatch(
      /one\.json and .*other\.json are parts of different replays; give every/,
    );
    expect(await merge(whole)).toMatch(/whole\.json: is no part of a replay; merge what/);
    expect(await merge(one, cut)).toMatch(/cut\.json: is .*; merge what/);
    expect(await merge(text)).toMatch(/text\.json: is no JSON; merge what/);
    expect(await merge(project.path("nowhere.json"))).toMatch(/nowhere\.json: there is no such file/);
    expect(await runCommand(["merge"])).toMatchObject({ exitCode: 2 });
  });
});

test.each([
  ["--workers", "0"],
  ["--workers", "many"],
  ["--shard", "0/2"],
  ["--shard", "3/2"],
  ["--shard", "1"],
  ["--streams-per-envoy", "0"],
  ["--now", "soon"],
])("%s %s is a wrong command line", async (option, value) => {
  const { exitCode, stdout, stderr } = await replay(option, value);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(new RegExp(`^error: ${option} ${value} [^\\n]+\\n$`));
});

describe("a filter that never comes back", () => {
  test("is stopped and named, and what comes after it runs", async () => {
    const file = project.write("once.stream.jsonl", recording(["before", "loop", "after"]));
    const { exitCode, stdout } = await runCommand(["replay", "-C", project.folder, file, "--json"]);
    expect(exitCode).toBe(1);
    const { recordings } = JSON.parse(stdout) as { recordings: [{ items: Record<string, unknown>[] }] };
    expect(recordings[0].items).toMatchObject([
      { id: "before", outcome: "completed", fault: null },
      {
        id: "loop",
        outcome: "failed",
        fault: "filter",
        explanation: expect.stringMatching(
          /^proxy_on_request_headers of plugin ".+" did not return within 1000 ms\.$/,
        ),
      },
      { id: "after", outcome: "completed", fault: null },
    ]);
  });

  const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
  // More than are run under one time limit, so that some are out before the one that hangs.
  const manyBefore = Array.from({ length: 300 }, (_, index) => `before-${index}`);
  const start = (...argv: string[]) => {
    const file = project.write("loops.stream.jsonl", recording([...manyBefore, "loop", "after"]));
    const patient = ["--callback-timeout", "100000"];
    const child = spawn(process.execPath, [main, "replay", "-C", project.folder, file, ...patient, ...argv]);
    const printed = { stdout: "", stderr: "" };
    child.stdout.on("data", (text: Buffer) => (printed.stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (printed.stderr += text.toString()));
    const code = new Promise((resolve) => child.on("exit", resolve));
    return { child, printed, code };
  };

  test("does not keep Ctrl-C from working", async () => {
    const { child, printed, code } = start();
    // The thread is in the loop by then.
    await expect.poll(() => printed.stdout, { timeout: 20_000 }).toContain("before-0 GET");
    child.kill("SIGINT");
    expect(await code).toBe(130);
    expect(printed.stderr).toMatch(/^interrupted after [1-9]\d* streams, 0 changed\n$/);
  });

  test("leaves no half of a file", async () => {
    const { child, code } = start("--json", "--output", project.path("loops.json"));
    const left = () => readdirSync(project.folder).filter((name) => name.includes("loops.json"));
    await expect.poll(left, { timeout: 20_000 }).toHaveLength(1);
    child.kill("SIGINT");
    expect(await code).toBe(130);
    expect(left()).toEqual([]);
  });
});
