// docs/simulator.md says what the simulator's own table says, and the table what the cases and the errors say.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";

import { fidelity } from "as-proxy-wasm-sim";
import { format, resolveConfig } from "prettier";
import { expect, it } from "vitest";

import { allCases } from "./cases.js";
import { fidelityPage } from "./fidelity-page.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const repository = join(folder, "..", "..");

it("docs/simulator.md is made from the table (UPDATE_DOCS=1 writes it)", async () => {
  const path = join(repository, "docs", "simulator.md");
  const page = await format(fidelityPage(fidelity), { ...(await resolveConfig(path)), parser: "markdown" });
  if (env["UPDATE_DOCS"] === "1") await writeFile(path, page);
  expect(await readFile(path, "utf8")).toBe(page);
});

it("what is exact has cases that exist", async () => {
  const names = new Set((await allCases(folder)).map(({ name }) => name));
  const shown = fidelity.flatMap((row) => (row.level === "exact" ? row.cases : []));
  expect(shown.filter((name) => !names.has(name))).toEqual([]);
});

it("every error that says that something is not simulated has its row", async () => {
  const errors = await readFile(join(repository, "host-sim", "src", "errors.ts"), "utf8");
  const unmodelled = errors.match(/ERR_(?:UNMODELLED|UNIMPLEMENTED)_\w+/g) ?? [];
  const told = fidelity.map((row) => (row.level === "not" ? row.error : null));
  expect([...new Set(unmodelled)].filter((code) => !told.includes(code as (typeof told)[number]))).toEqual(
    [],
  );
});
