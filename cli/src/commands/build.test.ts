import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import asc from "assemblyscript/asc";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
beforeEach(() => {
  project = scratchProject();
});
afterEach(() => project.remove());

test("compiles to the module that filter.json names, and says what is in it", async () => {
  const { exitCode, stdout, stderr } = await runCommand(["build", project.folder]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/filter\.wasm {2}\d+\.\d kB, \d\.\d kB gzipped, in \d+(\.\d)? m?s\n/);
  expect(stdout).toContain("proxy_on_request_headers proxy_on_response_headers");
  expect(stdout).toMatch(/imports .*proxy_send_local_response/);
  expect(readdirSync(project.path("build")).toSorted()).toEqual(["filter.wasm", "filter.wasm.map"]);
});

test("what tells of the sources stands beside the module, which asc would make the same without", async () => {
  await runCommand(["build", project.folder]);
  const plain = new Map<string, unknown>();
  const { error } = await asc.main(
    [
      "assembly/index.ts",
      "--config",
      "asconfig.json",
      "--baseDir",
      project.folder,
      "--outFile",
      "plain.wasm",
    ],
    { writeFile: (name: string, contents: unknown) => void plain.set(name, contents) },
  );
  expect(error).toBe(null);
  expect(readFileSync(project.path("build/filter.wasm"))).toEqual(
    Buffer.from(plain.get("plain.wasm") as Uint8Array),
  );

  const text = readFileSync(project.path("build/filter.wasm.map"), "utf8");
  expect(text).not.toContain(project.folder);
  const map = JSON.parse(text) as { sources: string[]; sourceRoot: string; x_functionNames: object };
  expect(map.sources).toContain("assembly/index.ts");
  expect(map.sourceRoot).toBe("..");
  expect(Object.values(map.x_functionNames)).toContain(
    "~lib/as-proxy-wasm-sdk/assembly/dispatch/exports/http/proxy_on_request_headers",
  );
});

test("--debug keeps names and writes a source map beside the module", async () => {
  const { exitCode, stdout } = await runCommand(["build", project.folder, "--debug", "--json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    debug: true,
    wasm: project.path("build/filter.wasm"),
    problems: [],
  });
  const module = readFileSync(project.path("build/filter.wasm"));
  expect(module.includes("assembly/index/Hello#onRequestHeaders")).toBe(true);
  expect(module.includes("./filter.wasm.map")).toBe(true);
  const map = JSON.parse(readFileSync(project.path("build/filter.wasm.map"), "utf8")) as {
    sources: string[];
  };
  expect(map.sources).toContain("assembly/index.ts");
});

test("shows the compiler's code frame and leaves the last module alone", async () => {
  project.write("build/filter.wasm", "the last good one");
  project.write(
    "assembly/index.ts",
    readFileSync(project.path("assembly/index.ts"), "utf8").replace("headers.set", "headers.sett"),
  );
  const { exitCode, stdout, stderr } = await runCommand(["build", project.folder]);
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/ERROR TS2339: Property 'sett' does not exist/);
  expect(stderr).toMatch(/headers\.sett\("x-hello", "world"\);\n.*~~~~/);
  expect(stderr).toMatch(/in assembly\/index\.ts\(\d+,\d+\)/);
  expect(stderr.trimEnd().split("\n").at(-1)).toBe("error: assembly/index.ts does not compile");
  expect(readFileSync(project.path("build/filter.wasm"), "utf8")).toBe("the last good one");
});

test("builds for MOSN when filter.json says so, and refuses what MOSN lacks", async () => {
  const manifest = JSON.parse(readFileSync(project.path("filter.json"), "utf8")) as object;
  project.write("filter.json", JSON.stringify({ ...manifest, target: "mosn" }));
  const refused = await runCommand(["build", project.folder]);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("'sendLocalReply' cannot be used in a filter for MOSN");

  project.write(
    "assembly/index.ts",
    `import { HttpFilter, Headers, HeadersAction, registerHttpFilter } from "as-proxy-wasm-sdk";
     class Hello extends HttpFilter {
       onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
         headers.set("x-hello", "world");
         return HeadersAction.Continue;
       }
     }
     registerHttpFilter<Hello>("filter");`,
  );
  const built = await runCommand(["build", project.folder, "--json"]);
  expect(built.stderr).toBe("");
  expect(built.exitCode).toBe(0);
  const { exports, problems } = JSON.parse(built.stdout) as { exports: string[]; problems: unknown[] };
  expect(exports).toContain("proxy_abi_version_0_1_0");
  expect(problems).toEqual([]);
});

test("fails when Envoy would not load what came out", async () => {
  project.write("asconfig.json", "{}");
  project.write("assembly/index.ts", "export function add(a: i32, b: i32): i32 { return a + b; }");
  const { exitCode, stdout, stderr } = await runCommand(["build", project.folder]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/exports {2}add memory/);
  expect(stderr).toMatch(
    /^error: Envoy would not load it: Missing or unknown Proxy-Wasm ABI version; the module must export|^error: Envoy would not load it: Missing or unknown Proxy-Wasm ABI version; The module must export/,
  );
});

test.each([
  ["filter.json", /there is no filter\.json in .*; run the command in a filter project/],
  [
    "asconfig.json",
    /there is no asconfig\.json in .*; write one with \{ "extends": "as-proxy-wasm-sdk\/asconfig\.json" \} in it/,
  ],
  ["node_modules/assemblyscript", /the compiler is not installed in .*; run npm install there/],
])("without %s it says what to do", async (name, message) => {
  rmSync(project.path(name));
  const { exitCode, stderr } = await runCommand(["build", project.folder]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(existsSync(project.path("build"))).toBe(false);
});

test("a wrong filter.json is named with its field", async () => {
  project.write("filter.json", '{"name":"x","entyr":"a.ts"}');
  const { exitCode, stderr } = await runCommand(["build", project.folder]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/filter\.json: "entyr" is unknown; known are/);
});
