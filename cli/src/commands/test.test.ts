import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
beforeEach(() => {
  project = scratchProject();
  project.write("package.json", JSON.stringify({ type: "module", scripts: { test: "node own-tests.js" } }));
  project.write(
    "own-tests.js",
    `import { writeFileSync } from "node:fs";
     writeFileSync("seen.json", JSON.stringify({ host: process.env.AS_PROXY_WASM_HOST, args: process.argv.slice(2) }));
     if (process.argv.includes("--fail")) process.exit(7);`,
  );
});
afterEach(() => project.remove());

const run = (...argv: string[]) =>
  runCommand(["test", "-C", project.folder, ...argv], { environment: { PATH: process.env["PATH"] ?? "" } });
const seen = () => JSON.parse(readFileSync(project.path("seen.json"), "utf8")) as unknown;

test.each([
  [[], { host: "simulator", args: [] }],
  [["--host", "both"], { host: "both", args: [] }],
  [["--host", "envoy", "--", "-t", "one test"], { host: "envoy", args: ["-t", "one test"] }],
])("%j runs the project's tests there", async (argv, expected) => {
  expect((await run(...argv)).exitCode).toBe(0);
  expect(seen()).toEqual(expected);
});

test("fails when they fail", async () => {
  expect((await run("--", "--fail")).exitCode).toBe(1);
});

test("knows three hosts", async () => {
  const { exitCode, stderr } = await run("--host", "nginx");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: "error: --host nginx is no host; use simulator, envoy, both\n",
  });
});
