import { configKey } from "./config-file.js";
import type { Credential } from "./credential.js";

/** An entry of `auths` in Docker's configuration: what docker, oras and Kubernetes read of a credential. */
export type DockerConfigEntry = Readonly<Record<string, string>>;

/**
 * What stands under `auths` for one registry: its key and its entry, `auth` always, with a token beside it. It holds the credential in
 * clear.
 *
 * @example
 * const config = { auths: dockerConfigEntry("ghcr.io", { username: "me", password: token }) };
 */
export function dockerConfigEntry(
  registry: string,
  credential: Credential,
): Readonly<Record<string, DockerConfigEntry>> {
  return { [configKey(registry)]: entryOf(credential) };
}

export function entryOf(credential: Credential): DockerConfigEntry {
  const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
  if ("identityToken" in credential) {
    return { auth: base64("00000000-0000-0000-0000-000000000000:"), identitytoken: credential.identityToken };
  }
  if ("accessToken" in credential) return { registrytoken: credential.accessToken };
  return { auth: base64(`${credential.username}:${credential.password}`) };
}
