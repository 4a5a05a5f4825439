import { isRecord } from "../descriptor.js";
import { printable } from "../digest.js";
import {
  type DockerConfig,
  configKey,
  defaultConfigPath,
  malformedConfig,
  ownString,
  readConfig,
} from "./config-file.js";
import type { Credential, CredentialsLookup } from "./credential.js";
import { askCredentialHelper } from "./credential-helper.js";

export interface DockerConfigOptions {
  /** The file to read. `$DOCKER_CONFIG/config.json` unless given, else `~/.docker/config.json`. */
  readonly path?: string;
  /** Told what is odd but no reason to stop, such as a credential helper that is not installed. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Credentials as `docker login` and `oras login` leave them: a helper for the registry (`credHelpers`), the helper for all
 * (`credsStore`), then the entries in the file (`auths`). The file is read when a registry asks.
 *
 * @example
 * new Repository("ghcr.io/me/hello", { credentials: dockerConfigCredentials({ onWarning: console.warn }) });
 */
export function dockerConfigCredentials(options: DockerConfigOptions = {}): CredentialsLookup {
  const warn = options.onWarning ?? (() => undefined);
  return async (registry) => {
    const path = options.path ?? defaultConfigPath();
    const config = await readConfig(path);
    if (config === undefined) return undefined;
    const key = configKey(registry);
    const helper = helperFor(config, key, registry);
    if (helper !== undefined) {
      const answer = await askCredentialHelper(helper, key, warn);
      if (answer !== undefined) return answer;
    }
    return entryFor(config["auths"], key, path);
  };
}

/** The helper that keeps the credentials of a registry. */
export function helperFor(config: DockerConfig, key: string, registry: string): string | undefined {
  const { credHelpers, credsStore } = config;
  if (isRecord(credHelpers)) {
    const named = ownString(credHelpers, key) ?? ownString(credHelpers, registry);
    if (named !== undefined) return named;
  }
  return typeof credsStore === "string" && credsStore !== "" ? credsStore : undefined;
}

function entryFor(auths: unknown, key: string, path: string): Credential | undefined {
  if (!isRecord(auths)) return undefined;
  const entry =
    (Object.hasOwn(auths, key) ? auths[key] : undefined) ??
    Object.entries(auths).find(([name]) => hostOf(name) === hostOf(key))?.[1];
  if (!isRecord(entry)) return undefined;

  const identityToken = ownString(entry, "identitytoken");
  if (identityToken !== undefined) return { identityToken };
  const accessToken = ownString(entry, "registrytoken");
  if (accessToken !== undefined) return { accessToken };
  const auth = ownString(entry, "auth");
  if (auth !== undefined) return decodeAuth(auth, key, path);
  const username = ownString(entry, "username");
  const password = ownString(entry, "password");
  return username === undefined || password === undefined ? undefined : { username, password };
}

/** `auth` is the base64 of `username:password`; the password may hold further colons. */
function decodeAuth(auth: string, key: string, path: string): Credential {
  const decoded = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
  const colon = decoded.indexOf(":");
  if (colon <= 0)
    throw malformedConfig(
      path,
      `has an "auth" for ${printable(key)} that is not base64 of username:password`,
    );
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Keys were written by many tools: `host`, `https://host`, `host/v1/`. */
export function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
