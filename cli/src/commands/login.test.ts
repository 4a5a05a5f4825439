import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { demand, startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { type CommandSettings, runCommand } from "../testing/run-command.js";

const password = "s3cret-pass";
const basic = Buffer.from(`me:${password}`).toString("base64");
let folder: string;
let file: string;
let registry: TestRegistry;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "login-"));
  file = join(folder, "config.json");
  vi.stubEnv("DOCKER_CONFIG", folder);
  registry = await startRegistry(demand(`Basic ${basic}`, 'Basic realm="test"'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry.stop();
  rmSync(folder, { recursive: true });
});

/** Runs it, and looks whether what it prints holds the secret in any form. */
async function run(argv: readonly string[], settings: CommandSettings = {}) {
  const result = await runCommand(argv, settings);
  for (const secret of [password, basic, "wr0ng-pass"])
    expect(result.stdout + result.stderr).not.toContain(secret);
  return result;
}

test("the password comes from stdin, is checked, kept as docker keeps it, used, and forgotten", async () => {
  const accepted = await run(["login", registry.host, "-u", "me", "--password-stdin"], {
    input: `${password}\n`,
  });
  expect(accepted).toMatchObject({ exitCode: 0, stdout: `logged in to ${registry.host} as me\n` });
  expect(accepted.stderr).toContain(file);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ auths: { [registry.host]: { auth: basic } } });

  expect((await run(["tags", `${registry.host}/hello`])).exitCode).toBe(0);
  expect(await run(["logout", registry.host, "--json"])).toMatchObject({
    stdout: `{"registry":"${registry.host}","removed":true}\n`,
  });
  expect((await run(["logout", registry.host])).stdout).toBe(`there was no login for ${registry.host}\n`);
  const refused = await run(["tags", `${registry.host}/hello`]);
  expect(refused.stderr).toMatch(new RegExp(`; log in with as-proxy-wasm login ${registry.host}\n$`));
});

test("at a terminal it asks", async () => {
  const answers = { "user name: ": "me", "password: ": password };
  const { exitCode, stdout } = await run(["login", registry.host, "--json"], { answers });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ registry: registry.host, username: "me", keptIn: { file } });
});

test("a wrong password is kept nowhere", async () => {
  const { exitCode, stderr } = await run(["login", registry.host, "-u", "me", "--password-stdin"], {
    input: "wr0ng-pass",
  });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/refuses the credentials/);
  expect(existsSync(file)).toBe(false);
});

test.each([
  [["login", "HOST"], /--username is missing; there is no terminal to ask at: give --username NAME/],
  [["login", "HOST", "-u", "me"], /--password-stdin is missing; there is no terminal to ask at/],
  [["login", "HOST", "-u", "me", "--password-stdin"], /the password on stdin is empty/],
  [["login", "HOST/hello", "-u", "me"], /hello" is not a registry; write the host and at most a port/],
  [["logout", "https://ghcr.io"], /"https:\/\/ghcr.io" is not a registry/],
])("%j is a wrong command line", async (argv, message) => {
  const { exitCode, stderr } = await run(argv.map((word) => word.replace("HOST", registry.host)));
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});
