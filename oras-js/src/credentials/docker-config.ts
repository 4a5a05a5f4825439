import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isRecord } from "../descriptor.js";
import { printable } from "../digest.js";
import { OrasError } from "../errors.js";
import type { Credential, CredentialsLookup } from "./credential.js";
import { askCredentialHelper } from "./credential-helper.js";

export interface DockerConfigOptions {
  /** The file to read. `$DOCKER_CONFIG/config.json` unless given, else `~/.docker/config.json`. */
  readonly path?: string;
  /** Told what is odd but no reason to stop, such as a credential helper that is not installed. */
  readonly onWarning?: (message: string) => void;
}

// Grows with the number of registries; a file beyond this is no credentials file.
const maxConfigBytes = 1024 * 1024;

// Docker Hub's entry is under the address of its first API.
const dockerHubKey = "https://index.docker.io/v1/";

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
    const path = options.path ?? defaultPath();
    const config = await readConfig(path);
    if (config === undefined) return undefined;
    const key = registry === "docker.io" || registry === "registry-1.docker.io" ? dockerHubKey : registry;
    const helper = helperFor(config, key, registry);
    if (helper !== undefined) {
      const answer = await askCredentialHelper(helper, key, warn);
      if (answer !== undefined) return answer;
    }
    return entryFor(config["auths"], key, path);
  };
}

function defaultPath(): string {
  const folder = process.env["DOCKER_CONFIG"];
  return join(folder === undefined || folder === "" ? join(homedir(), ".docker") : folder, "config.json");
}

async function readConfig(path: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    if ((await stat(path)).size > maxConfigBytes) throw malformed(path, `is over ${maxConfigBytes} bytes`);
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof OrasError) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw malformed(path, `cannot be read: ${code}`);
  }
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text around the mistake, which may be a password.
    throw malformed(path, "is not JSON");
  }
  if (!isRecord(config)) throw malformed(path, "is not a JSON object");
  return config;
}

function helperFor(config: Record<string, unknown>, key: string, registry: string): string | undefined {
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
    throw malformed(path, `has an "auth" for ${printable(key)} that is not base64 of username:password`);
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Keys were written by many tools: `host`, `https://host`, `host/v1/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function ownString(record: Record<string, unknown>, key: string): string | undefined {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function malformed(path: string, problem: string): OrasError {
  return new OrasError("ORAS_INVALID_DOCKER_CONFIG", `${path} ${problem}`, {
    hint: "Repair it, or remove the entry and log in again with docker login or oras login.",
  });
}
