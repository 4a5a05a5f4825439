import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { repository } from "../../lab/index.js";
import { guidePages } from "../guide.js";
import { CALLBACKS, HOST_FUNCTIONS } from "./rows.js";
import { isOffered, sdkSources } from "./symbols.js";
import { coverageProblems, renderCoverage } from "./table.js";

const rows = [...HOST_FUNCTIONS, ...CALLBACKS];
const sources = await sdkSources();

describe("the table of what is covered", () => {
  it("has every host function that the SDK imports, and no other", async () => {
    const env = await readFile(join(repository, "sdk", "assembly", "abi", "env.ts"), "utf8");
    const imported = [...env.matchAll(/declare function (proxy_\w+)/g)].map(([, name]) => name ?? "");
    expect(HOST_FUNCTIONS.map(({ name }) => name).sort()).toEqual(imported.sort());
  });

  it("has every callback that the SDK can export", () => {
    const exported = sources.assembly.flatMap((source) =>
      [...source.matchAll(/^export function (proxy_\w+)/gm)].map(([, name]) => name ?? ""),
    );
    // The other marker is the target mosn's, an ABI of its own.
    const offered = new Set(exported.filter((name) => name !== "proxy_abi_version_0_1_0"));
    const names = CALLBACKS.map(({ name }) => name).filter((name) => name !== "_initialize");
    expect(names.sort()).toEqual([...offered].sort());
  });

  it.each(rows)("$name: what wraps it exists", ({ symbols }) => {
    expect(symbols).not.toEqual([]);
    expect(symbols.filter((symbol) => !isOffered(sources, symbol))).toEqual([]);
  });

  it.each(rows)("$name: its page exists", async ({ page }) => {
    expect(await guidePages()).toContain(page);
  });
});

describe("a symbol", () => {
  it.each(["Headers", "Headers.set", "Counter.define", "log.info", "compress", "properties.request"])(
    "%s is offered",
    (symbol) => expect(isOffered(sources, symbol)).toBe(true),
  );
  it.each(["Nothing", "Headers.nothing", "log.nothing", "properties.nothing", "proxy_log"])(
    "%s is not",
    (symbol) => expect(isOffered(sources, symbol)).toBe(false),
  );
});

describe("a row", () => {
  const logs = new Set(["proxy_log"]);
  const nothing = new Set<string>();

  it("is a problem when its page did not call it", () => {
    expect(coverageProblems(new Map())).toContain(
      "proxy_log was not called while docs/guide/logging-and-time.md was tried",
    );
    const called = new Map([["logging-and-time", { host: logs, guest: nothing }]]);
    expect(coverageProblems(called).filter((problem) => problem.startsWith("proxy_log "))).toEqual([]);
  });

  it("lists its own page first, then others", () => {
    const called = new Map([
      ["json", { host: logs, guest: nothing }],
      ["logging-and-time", { host: logs, guest: nothing }],
    ]);
    const line = renderCoverage(called)
      .split("\n")
      .find((one) => one.includes("`proxy_log`"));
    expect(line).toMatch(/logging-and-time\.ts.*json\.ts/);
  });

  it("is a problem when the ABI has it and the table has not", () => {
    const called = new Map([["json", { host: new Set(["proxy_new"]), guest: nothing }]]);
    expect(coverageProblems(called)).toContain("proxy_new was called and has no row");
  });
});
