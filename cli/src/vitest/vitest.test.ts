/** Runs a real vitest in a project of its own, with the packages as they are built. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

let project: ScratchProject;

beforeAll(() => {
  project = scratchProject();
  for (const name of ["as-proxy-wasm", "as-proxy-wasm-sim", "vitest"])
    symlinkSync(join(repository, "node_modules", name), project.path("node_modules", name));
  project.write(
    "test/filter.test.ts",
    `
import { request, startFilter } from "as-proxy-wasm-sim";
import { expect, test } from "vitest";
import filter from "../assembly/index.ts?filter";

const envoy = await startFilter(filter, { clusters: { authn: [{ path: "/check", answer: { status: 200 } }] } });

test("answers without a key", async () => {
  expect(await envoy.replay(request())).toHaveSentLocalReply(401);
});
`,
  );
});
afterAll(() => project.remove());

async function vitest(...argv: string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(repository, "node_modules/vitest/vitest.mjs"), "run", "--root", ".", ...argv],
      { cwd: project.folder, env: { ...process.env, NO_COLOR: "1", VITEST: undefined, CI: "1" } },
      (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

test("compiles what a test imports, has the matchers without a line, and lists answers that nobody asked for", async () => {
  const { exitCode, output } = await vitest();
  expect(output).toContain("1 passed");
  expect(output).toMatch(/Scripted answers that no filter asked for:\n.*\n.*authn {4}\/check {2}0 of 1/);
  expect(exitCode).toBe(0);
  // Compiled for the test alone.
  expect(existsSync(project.path("build"))).toBe(false);
});

test("shows what does not compile with its place", async () => {
  const source = readFileSync(project.path("assembly/index.ts"), "utf8");
  project.write("assembly/index.ts", source.replace('headers.has("x-api-key")', 'headers.haz("x-api-key")'));
  const { exitCode, output } = await vitest();
  project.write("assembly/index.ts", source);
  expect(exitCode).toBe(1);
  expect(output).toContain("the filter does not compile");
  expect(output).toMatch(/ERROR TS2339: Property 'haz' does not exist/);
  expect(output).toContain("in assembly/index.ts(6,18)");
});
