import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { idlePlugin } from "as-proxy-wasm-sim";
import { afterAll, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";

const folder = mkdtempSync(join(tmpdir(), "check-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test("says what a module is and that Envoy loads it", async () => {
  const path = file("idle.wasm", idlePlugin.vmConfig.code);
  const { exitCode, stdout, stderr } = await runCommand(["check", path]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(
    /idle\.wasm {2}87 B, loads in Envoy\n {2}abi {6}0\.2\.1\n {2}exports {2}memory proxy_abi_version_0_2_1 malloc\n {2}imports\n$/,
  );
});

test("--json holds the same", async () => {
  const { stdout } = await runCommand(["check", file("idle.wasm", idlePlugin.vmConfig.code), "--json"]);
  expect(JSON.parse(stdout)).toEqual({
    wasm: join(folder, "idle.wasm"),
    bytes: 87,
    target: "envoy",
    loads: true,
    abiVersion: "0.2.1",
    exports: ["memory", "proxy_abi_version_0_2_1", "malloc"],
    imports: [],
    problems: [],
    loadErrors: [],
  });
});

test.each([
  ["text", "#!/bin/sh\n", /problem {2}Failed to parse corrupted Wasm module; .*not a wasm module/],
  ["an empty file", "", /problem {2}The module is empty; /],
  [
    "a module without the ABI",
    new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
    /problem {2}Missing or unknown Proxy-Wasm ABI version; .*proxy_abi_version_0_2_1/,
  ],
  [
    "a module cut in the middle",
    idlePlugin.vmConfig.code.subarray(0, 40),
    /problem {2}Failed to parse corrupted Wasm module; /,
  ],
])("%s does not load, and the problem is one line", async (_, bytes, problem) => {
  const { exitCode, stdout, stderr } = await runCommand(["check", file("bad.wasm", bytes)]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
  expect(stdout).toContain("does not load in Envoy");
  expect(stdout).toMatch(problem);
});

test("what is not there is one sentence", async () => {
  const { exitCode, stdout, stderr } = await runCommand(["check", join(folder, "nowhere.wasm")]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toBe(
    `error: there is no file ${join(folder, "nowhere.wasm")}; name a .wasm file, or the folder of a filter.json\n`,
  );
});
