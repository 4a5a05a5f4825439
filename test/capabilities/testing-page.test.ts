/** Runs the tests that docs/guide/testing.md shows, as they stand there, against the filter of the page. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { promisify } from "node:util";

import { expect, it } from "vitest";

import { repository } from "../lab/index.js";
import { compileSnippet, readPage, snippetsOf } from "./guide.js";

const folder = join(repository, ".cache", "guide", "testing-page");

it("the tests of the page on testing pass", async () => {
  const [filter] = await snippetsOf("testing");
  const [, tests = ""] =
    /^```ts\n(import \{[^}]*startFilter.*?)^```$/ms.exec(await readPage("testing")) ?? [];
  expect(tests.match(/^test\(/gm)).toHaveLength(3);
  await mkdir(join(folder, "build"), { recursive: true });
  await copyFile(await compileSnippet(filter!), join(folder, "build", "shop-guard.wasm"));
  await writeFile(join(folder, "filter.json"), JSON.stringify({ name: "shop-guard" }));
  await mkdir(join(folder, "test"), { recursive: true });
  await writeFile(join(folder, "test", "page.test.ts"), tests);
  const { stdout } = await promisify(execFile)(
    execPath,
    [join(repository, "node_modules/vitest/vitest.mjs"), "run", "--root", folder],
    { cwd: folder, env: { ...env, NO_COLOR: "1", VITEST: undefined } },
  );
  expect(stdout).toContain("3 passed");
  expect(stdout).not.toContain("no filter asked for");
});
