/** What a trap looks like on the command line: the author's functions, lines and columns, through the map that build writes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
beforeAll(async () => {
  project = scratchProject();
  project.write(
    "assembly/table.ts",
    `const names: string[] = ["a", "b"];

export function pick(index: i32): string {
  return names[index];
}
`,
  );
  project.write(
    "assembly/index.ts",
    `import { Headers, HeadersAction, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";
import { pick } from "./table";

class Guard extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const path = headers.get(":path");
    if (path == "/index") headers.set("x-name", pick(path.length));
    if (path == "/abort") throw new Error("not today");
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Guard>("hello");
`,
  );
  project.write(
    "crash.stream.jsonl",
    ["/fine", "/index", "/abort"]
      .flatMap((path) => [
        `{"v":1,"id":"${path.slice(1)}","at":0,"ev":"req.headers","headers":[[":authority","a"],[":path","${path}"],[":method","GET"],[":scheme","http"]],"end":true}`,
        `{"v":1,"id":"${path.slice(1)}","at":0,"ev":"res.headers","headers":[[":status","200"]],"end":true}`,
      ])
      .join("\n"),
  );
  expect((await runCommand(["build", project.folder])).exitCode).toBe(0);
});
afterAll(() => project.remove());

const replay = (...argv: string[]) =>
  runCommand([
    "replay",
    "-C",
    project.folder,
    "--no-times",
    "--streams-per-envoy",
    "1",
    project.path("crash.stream.jsonl"),
    ...argv,
  ]);

test("replay shows the call chain in the author's words, and fails", async () => {
  const { exitCode, stdout, stderr } = await replay();
  const traps = stdout.split("\n").filter((line) => / trap /.test(line));
  expect(traps).toEqual([
    'index trap plugin "my-filter" trapped in proxy_on_request_headers: Index out of range',
    "index trap at Array.__get (~lib/array.ts:114:42)",
    "index trap at pick (near assembly/table.ts:4:10)",
    "index trap at Guard.onRequestHeaders (near assembly/index.ts:7:54)",
    'abort trap plugin "my-filter" trapped in proxy_on_request_headers: not today',
    "abort trap at Guard.onRequestHeaders (assembly/index.ts:8:27)",
  ]);
  expect(stderr).toContain("3 streams, 2 changed, 2 with a local reply, 2 trapped");
  expect(exitCode).toBe(1);
});

test("--json has the frames as data", async () => {
  const { stdout } = await replay("--json", "--only", "abort");
  const { recordings } = JSON.parse(stdout) as { recordings: [{ items: [{ traps: unknown[] }] }] };
  expect(recordings[0].items[0].traps).toMatchObject([
    {
      plugin: "my-filter",
      callback: "proxy_on_request_headers",
      reason: "not today",
      frames: [
        { function: "abort" },
        { function: "Guard.onRequestHeaders", file: "assembly/index.ts", line: 8, column: 27 },
        { function: "proxy_on_request_headers" },
      ],
    },
  ]);
});
