import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dockerConfigCredentials } from "./docker-config.js";

let folder: string;
const warnings: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "docker-config-"));
  vi.stubEnv("DOCKER_CONFIG", folder);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  warnings.length = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const lookUp = async (config: unknown, registry: string) => {
  await writeFile(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  return dockerConfigCredentials({ onWarning: (message) => warnings.push(message) })(registry);
};
async function helper(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

test("without a file everybody is anonymous", async () => {
  expect(await dockerConfigCredentials()("ghcr.io")).toBeUndefined();
});

test("entries of auths, in the shapes tools write them", async () => {
  const auths = {
    "one.example": { auth: base64("me:pass:word") },
    "https://two.example/v1/": { username: "me", password: "pw" },
    "three.example": { auth: base64("me:"), identitytoken: "refresh" },
    "four.example:5000": { registrytoken: "token" },
    "five.example": {},
    "https://index.docker.io/v1/": { auth: base64("hub:pw") },
  };
  expect(await lookUp({ auths }, "one.example")).toEqual({ username: "me", password: "pass:word" });
  expect(await lookUp({ auths }, "two.example")).toEqual({ username: "me", password: "pw" });
  expect(await lookUp({ auths }, "three.example")).toEqual({ identityToken: "refresh" });
  expect(await lookUp({ auths }, "four.example:5000")).toEqual({ accessToken: "token" });
  expect(await lookUp({ auths }, "docker.io")).toEqual({ username: "hub", password: "pw" });
  for (const none of ["five.example", "four.example", "six.example", "__proto__", "constructor"]) {
    expect(await lookUp({ auths }, none), none).toBeUndefined();
  }
});

test("a helper for the registry comes before the helper for all, and that before the file", async () => {
  await helper(
    "one",
    'read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"u-$server\\",\\"Secret\\":\\"p1\\"}"',
  );
  await helper("all", 'echo \'{"Username":"<token>","Secret":"t2"}\'');
  const config = {
    credHelpers: { "one.example": "one" },
    credsStore: "all",
    auths: { "one.example": { auth: base64("file:pw") } },
  };
  expect(await lookUp(config, "one.example")).toEqual({ username: "u-one.example", password: "p1" });
  expect(await lookUp(config, "two.example")).toEqual({ identityToken: "t2" });
});

test("a helper that is missing is a warning, one that knows nothing is none", async () => {
  const auths = { "one.example": { auth: base64("file:pw") } };
  expect(await lookUp({ credsStore: "gone", auths }, "one.example")).toEqual({
    username: "file",
    password: "pw",
  });
  expect(warnings).toEqual([expect.stringContaining("docker-credential-gone is not installed")]);
  await helper("blank", "echo 'credentials not found in native keychain'; exit 1");
  expect(await lookUp({ credsStore: "blank" }, "one.example")).toBeUndefined();
  expect(warnings.length).toBe(1);
});

test("a helper that fails is an error that tells none of its output", async () => {
  await helper("broken", "echo top-secret; exit 3");
  const error = await lookUp({ credsStore: "broken" }, "one.example").then(
    () => new Error("resolved"),
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({
    code: "ORAS_CREDENTIAL_HELPER",
    message: expect.stringContaining("exit code 3"),
  });
  expect(error.message + error.stack).not.toContain("top-secret");
  await expect(lookUp({ credsStore: "../evil" }, "one.example")).rejects.toMatchObject({
    code: "ORAS_CREDENTIAL_HELPER",
  });
});

test("a malformed file is an error that quotes none of it", async () => {
  const broken = '{"auths":{"one.example":{"auth":"top-secret"';
  for (const config of [broken, "[]", { auths: { "one.example": { auth: base64("top-secret") } } }]) {
    const error = await lookUp(config, "one.example").then(
      () => new Error("resolved"),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: "ORAS_INVALID_DOCKER_CONFIG" });
    expect(`${error.message}${error.stack}${String(error.cause)}`).not.toMatch(/top-secret|dG9wLXNlY3JldA/);
  }
});
