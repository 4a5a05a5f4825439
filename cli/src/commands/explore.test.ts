import { readFileSync } from "node:fs";
import { parseRecording } from "as-proxy-wasm-sim";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
beforeEach(() => (project = scratchProject()));
afterEach(() => project.remove());

const explore = (...argv: string[]) => runCommand(["explore", "-C", project.folder, "--runs", "40", ...argv]);

const brittle = `
import { Headers, HeadersAction, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";

class Brittle extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const key = headers.get("x-api-key");
    if (key !== null && key.charCodeAt(0) > 0x7f) unreachable();
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Brittle>("hello");
`;

test("saves the stream that makes a filter trap, and says how to see it again", async () => {
  project.write("assembly/index.ts", brittle);
  expect((await runCommand(["build", project.folder])).exitCode).toBe(0);
  const { exitCode, stdout } = await explore("--for", "inputs", "--seed", "1");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^seed 1\ntrap {2}with-key: proxy_on_request_headers trapped: /);
  expect(stdout).toContain("the request's header x-api-key is ");
  expect(stdout).toMatch(/1 finding with 3 recorded streams; again: as-proxy-wasm explore --seed 1\n$/);

  const file = project.path("findings", "trap-1.stream.jsonl");
  const { streams } = parseRecording(readFileSync(file), file);
  expect(streams.map(({ id }) => id)).toEqual(["trap-with-key"]);
  const replayed = await runCommand(["replay", "-C", project.folder, file]);
  expect(replayed.stdout).toContain("proxy_on_request_headers failed");

  const json = JSON.parse((await explore("--for", "inputs", "--seed", "1", "--json")).stdout) as {
    findings: object[];
  };
  expect(json.findings).toEqual([expect.objectContaining({ kind: "trap", streamId: "with-key", file })]);
});

test("finds nothing in the filter of the template", async () => {
  expect((await runCommand(["build", project.folder])).exitCode).toBe(0);
  const { exitCode, stdout } = await explore("--seed", "5", "--replays", "800");
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: "seed 5\nnothing found with 3 recorded streams\n",
  });
});

test("says what can be looked for", async () => {
  const { exitCode, stderr } = await explore("--for", "bugs");
  expect(exitCode).toBe(2);
  expect(stderr).toBe("error: --for bugs is nothing to look for; use pieces, order, inputs, growth\n");
});
