import { isRecord } from "../descriptor.js";
import { OrasError } from "../errors.js";
import type { ConnectionOptions } from "../remote/connection.js";
import { Registry } from "../remote/registry.js";
import type { OperationOptions } from "../roles.js";
import { type DockerConfig, configKey, defaultConfigPath, readConfig, writeConfig } from "./config-file.js";
import type { Credential } from "./credential.js";
import { eraseWithHelper, storeWithHelper } from "./credential-helper.js";
import { helperFor, hostOf } from "./docker-config.js";
import { entryOf } from "./docker-config-entry.js";

/** What can be kept: Docker's file has no other forms that every tool reads. */
export type LastingCredential = Exclude<Credential, { readonly accessToken: string }>;

export interface LoginOptions extends OperationOptions, Omit<ConnectionOptions, "credentials"> {
  /** The file to change. `$DOCKER_CONFIG/config.json` unless given, else `~/.docker/config.json`. */
  readonly path?: string;
}

/** Where the credential is now: a helper's keychain, or the file in plain text, as with Docker. */
export type KeptIn = { readonly helper: string } | { readonly file: string };

/**
 * Asks the registry whether it accepts the credential, and if so keeps it where docker and oras look: with the registry's helper
 * (`credHelpers`), the helper for all (`credsStore`), or else in the file, which only its owner can read.
 *
 * @example
 * await login("ghcr.io", { username: "me", password: token });
 */
export async function login(
  registry: string,
  credential: LastingCredential,
  options: LoginOptions = {},
): Promise<KeptIn> {
  const { path = defaultConfigPath(), ...connection } = options;
  // A broken file is told of before the password leaves this machine.
  const before = (await readConfig(path)) ?? {};
  const { host } = new Registry(registry);
  await new Registry(host, { ...connection, credentials: credential }).ping(options);
  const key = configKey(host);
  const helper = helperFor(before, key, host);
  if (helper !== undefined) {
    await storeWithHelper(helper, key, credential);
    await change(path, (auths) => ({ ...withoutHost(auths, key), [key]: {} }));
    return { helper };
  }
  await change(path, (auths) => ({ ...withoutHost(auths, key), [key]: entryOf(credential) }));
  return { file: path };
}

/** Forgets the credential, in the helper and in the file. False when there was none in the file and no helper to ask. */
export async function logout(registry: string, options: { readonly path?: string } = {}): Promise<boolean> {
  const path = options.path ?? defaultConfigPath();
  const before = await readConfig(path);
  if (before === undefined) return false;
  const { host } = new Registry(registry);
  const key = configKey(host);
  const helper = helperFor(before, key, host);
  if (helper !== undefined) await eraseWithHelper(helper, key);
  const auths = authsOf(before, path);
  const kept = withoutHost(auths, key);
  const removed = Object.keys(kept).length < Object.keys(auths).length;
  if (removed) await change(path, (current) => withoutHost(current, key));
  return removed || helper !== undefined;
}

type Auths = Readonly<Record<string, unknown>>;

/** Reads the file anew, so that what others wrote meanwhile stays. */
async function change(path: string, edit: (auths: Auths) => Auths): Promise<void> {
  const config = (await readConfig(path)) ?? {};
  await writeConfig(path, { ...config, auths: edit(authsOf(config, path)) });
}

function authsOf(config: DockerConfig, path: string): Auths {
  const { auths } = config;
  if (auths === undefined || auths === null) return {};
  if (isRecord(auths)) return auths;
  throw new OrasError("ORAS_INVALID_DOCKER_CONFIG", `${path} has auths that are not an object`, {
    hint: "Repair it, or remove auths and log in again.",
  });
}

/** Without the registry's entries, in whatever form some tool wrote their keys. */
function withoutHost(auths: Auths, key: string): Auths {
  return Object.fromEntries(Object.entries(auths).filter(([name]) => hostOf(name) !== hostOf(key)));
}
