import { expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { commands, loadCommands } from "./index.js";

test.each([
  [["biuld"], "error: unknown command 'biuld' (Did you mean build?)\n"],
  [["frobnicate"], "error: unknown command 'frobnicate'; run as-proxy-wasm --help for what there is\n"],
  [["build", "--debgu"], "error: unknown option '--debgu' (Did you mean --debug?)\n"],
  [
    ["check", "--frobnicate"],
    "error: unknown option '--frobnicate'; run as-proxy-wasm check --help for what there is\n",
  ],
  [
    ["build", "a", "b"],
    /^error: too many arguments for 'build'\. Expected 1 argument but got 2; run as-proxy-wasm build --help/,
  ],
  [["push"], "error: missing required argument 'address'; run as-proxy-wasm push --help for what there is\n"],
  [["replay", "--only"], /^error: option '--only <ID>' argument missing; run as-proxy-wasm replay --help/],
  [["manifest", "istoi", "x"], "error: unknown command 'istoi' (Did you mean istio?)\n"],
  [["push", "not-a-reference"], /^error: The reference "not-a-reference" is invalid: [^\n]+\n$/],
  [
    ["push", "ghcr.io/me/hello"],
    "error: ghcr.io/me/hello names no version; write a tag behind it, as in ghcr.io/me/hello:v1\n",
  ],
  [["pull", "ghcr.io/ME/hello:v1"], /^error: [^\n]*repository names are lower case\n$/],
  [
    ["pull", "ghcr.io/me/hello:v1", "-u", "me"],
    /^error: --username is given without --password-stdin; [^\n]+\n$/,
  ],
  [
    ["pull", "ghcr.io/me/hello:v1", "--password-stdin"],
    /^error: --password-stdin is given without --username; give both\n$/,
  ],
  [
    ["manifest", "istio", "ghcr.io/me/hello:v1", "-C", "examples/hello", "--phase", "early"],
    /^error: --phase early is none of its values; use AUTHN, AUTHZ, STATS, or leave it out\n$/,
  ],
  [
    ["manifest", "istio", "ghcr.io/me/hello:v1", "-C", "examples/hello", "--selector", "app"],
    /^error: --selector app is not KEY=VALUE; write it like --selector app=web\n$/,
  ],
])("%j is a wrong command line: one sentence, exit code 2", async (argv, message) => {
  const { exitCode, stdout, stderr } = await runCommand(argv);
  if (typeof message === "string") expect(stderr).toBe(message);
  else expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
});

test("every verb is found under its own name", async () => {
  expect((await loadCommands(undefined)).map(({ name }) => name)).toEqual(Object.keys(commands));
});

test("no verb at all prints the help on stderr", async () => {
  const { exitCode, stdout, stderr } = await runCommand([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain("Commands:");
});

test.each([[[]], ...Object.keys(commands).map((name) => [name.split(" ")])])(
  "the help of %j fits a screen",
  async (words) => {
    const { exitCode, stdout } = await runCommand([...words, "--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Usage: as-proxy-wasm");
    expect(stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  },
);

test("every verb prints JSON for machines, but for the one whose output is that of the project's tests", async () => {
  for (const { options } of (await loadCommands(undefined)).filter(({ name }) => name !== "test"))
    expect(Object.keys(options)).toContain("json");
});
