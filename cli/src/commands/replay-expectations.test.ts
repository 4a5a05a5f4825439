import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
beforeAll(async () => {
  project = scratchProject();
  expect(await runCommand(["build", project.folder])).toMatchObject({ exitCode: 0 });
});
afterAll(() => project.remove());

/** The template's recording with what is to become of the stream without a key. */
function expecting(expectation: object): string {
  const recorded = readFileSync(project.path("recordings/shop.stream.jsonl"), "utf8");
  const line = JSON.stringify({ v: 1, id: "without-key", at: 0, ev: "expect", ...expectation });
  const lines = recorded.split("\n");
  // After the request's headers: the stream is over with its last event.
  lines.splice(lines.findIndex((other) => other.includes('"without-key"')) + 1, 0, line);
  return project.write("expecting.stream.jsonl", lines.join("\n"));
}

test("a stream that becomes what the recording expects is a success", async () => {
  const file = expecting({ outcome: "completed", upstream: null, localReply: { statusCode: 401 } });
  const { exitCode, stdout, stderr } = await runCommand(["replay", "-C", project.folder, file]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: "\n3 streams, 3 changed, 1 with a local reply\n",
  });
  expect(stdout).not.toContain("expect");
});

test("what came out differently is a line each, and the exit code 1", async () => {
  const file = expecting({
    outcome: "stalled",
    localReply: { statusCode: 403, details: "denied" },
    logs: [],
  });
  const { exitCode, stdout, stderr } = await runCommand(["replay", "-C", project.folder, file]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: "\n3 streams, 3 changed, 1 with a local reply, 1 not as expected\n",
  });
  expect(stdout.split("\n").filter((line) => line.includes(" expect "))).toEqual([
    "without-key expect outcome: completed, expected stalled",
    "without-key expect local reply status: 401, expected 403",
    "without-key expect local reply details: , expected denied",
    "without-key expect logs: info wasm log my-filter hello: no x-api-key, expected ",
  ]);
});
