import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { registry, useRegistry } from "../testing/hello-repository.js";
import { demand, end } from "../testing/registry.js";
import { dockerConfigCredentials } from "./docker-config.js";
import { login, logout } from "./login.js";

useRegistry();

let folder: string;
const me = { username: "me", password: "pass:word" };
const basic = `Basic ${Buffer.from("me:pass:word").toString("base64")}`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "login-"));
  vi.stubEnv("DOCKER_CONFIG", join(folder, "docker"));
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  const check = demand(basic, 'Basic realm="r"');
  registry.intercept = async (request, response) => {
    if (!(await check(request, response))) end(response, 200);
    return true;
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const file = (): string => join(folder, "docker", "config.json");
const config = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(file(), "utf8"));

test("login writes what docker reads, for its owner alone, and logout takes it out again", async () => {
  expect(await login(registry.host, me)).toEqual({ file: file() });
  expect(await config()).toEqual({ auths: { [registry.host]: { auth: basic.slice("Basic ".length) } } });
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, "docker"))).toEqual(["config.json"]);
  expect(await dockerConfigCredentials()(registry.host)).toEqual(me);
  expect(await logout(registry.host)).toBe(true);
  expect(await config()).toEqual({ auths: {} });
  expect(await logout(registry.host)).toBe(false);
});

test("what else is in the file stays, and a link to it too", async () => {
  await login(registry.host, me);
  const elsewhere = join(folder, "real.json");
  const old = { auths: { "ghcr.io": { auth: "x" }, [`https://${registry.host}/v1/`]: {} }, psFormat: "t" };
  await writeFile(elsewhere, JSON.stringify(old), { mode: 0o644 });
  await rm(file());
  await symlink(elsewhere, file());
  await login(registry.host, me);
  expect(JSON.parse(await readFile(elsewhere, "utf8"))).toMatchObject({
    psFormat: "t",
    auths: { "ghcr.io": { auth: "x" }, [registry.host]: { auth: expect.any(String) } },
  });
  expect(Object.keys((await config())["auths"] as object)).toHaveLength(2);
  expect((await stat(elsewhere)).mode & 0o777).toBe(0o600);
});

test("a wrong password is not kept", async () => {
  await expect(login(registry.host, { ...me, password: "wrong" })).rejects.toMatchObject({
    code: "ORAS_UNAUTHORIZED",
  });
  await expect(stat(file())).rejects.toMatchObject({ code: "ENOENT" });
});

test("a helper keeps it in the place of the file", async () => {
  await login(registry.host, me);
  await writeFile(file(), JSON.stringify({ credsStore: "box", auths: (await config())["auths"] }));
  const helper = join(folder, "docker-credential-box");
  await writeFile(helper, `#!/bin/sh\necho "$1 $(cat)" >> ${join(folder, "log")}\n`);
  await chmod(helper, 0o755);
  expect(await login(registry.host, me)).toEqual({ helper: "box" });
  expect(await config()).toEqual({ credsStore: "box", auths: { [registry.host]: {} } });
  expect(await logout(registry.host)).toBe(true);
  const [store, erase] = (await readFile(join(folder, "log"), "utf8")).trim().split("\n");
  expect(JSON.parse(store!.slice("store ".length))).toEqual({
    ServerURL: registry.host,
    Username: "me",
    Secret: "pass:word",
  });
  expect(erase).toBe(`erase ${registry.host}`);
});

test("a helper that is not installed is no reason to write the password into the file", async () => {
  await login(registry.host, me);
  const before = JSON.stringify({ credsStore: "gone" });
  await writeFile(file(), before);
  await expect(login(registry.host, me)).rejects.toMatchObject({ code: "ORAS_CREDENTIAL_HELPER" });
  expect(await readFile(file(), "utf8")).toBe(before);
});
