/** The examples do nothing that Envoy does not do: not one false alarm in their recordings. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";

const path = (name: string) => fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));

const recordings = ["recordings/site.har", "recordings/edge-cases.stream.jsonl"];

test.each(["hello", "header-transform", "api-key", "json-guard"])("%s misuses nothing", async (name) => {
  const { stdout } = await runCommand(["replay", "-C", path(name), "--json", ...recordings.map(path)]);
  expect(stdout).toContain('"kind":"stream"');
  expect(stdout).not.toContain('"misuses"');
  expect(stdout).not.toContain('"traps"');
});
