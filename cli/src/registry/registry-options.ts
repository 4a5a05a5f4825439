/** What every verb that talks to a registry takes: a reference, and how to be let in. */
import {
  type Digest,
  dockerConfigCredentials,
  formatReference,
  isOrasError,
  parseReference,
  type Reference,
  Repository,
} from "oras-js";
import { flag, value } from "../command.js";
import { type CliError, usageError } from "../errors.js";
import type { Terminal } from "../terminal.js";

export const registryOptions = {
  plainHttp: flag("speak http (the default for 127.0.0.1 and localhost) in place of https"),
  username: value("NAME", "log in as NAME (default: what docker login left)", "u"),
  passwordStdin: flag("read the password for --username from stdin"),
};

export interface RegistryInput {
  readonly plainHttp: boolean;
  readonly username: string | undefined;
  readonly passwordStdin: boolean;
}

/** Reads the reference; a wrong one is a mistake in the command line. Istio's `oci://` may stand before it. */
export function readReference(text: string): Reference {
  try {
    return parseReference(text.replace(/^oci:\/\//, ""));
  } catch (error) {
    if (!isOrasError(error, "ORAS_INVALID_REFERENCE")) throw error;
    throw usageError(error.message, error.hint);
  }
}

export async function openRemote(
  reference: Reference,
  input: RegistryInput,
  terminal: Terminal,
): Promise<Repository> {
  return new Repository(reference, {
    credentials: await credentials(input, terminal),
    ...(input.plainHttp ? { plainHttp: true } : {}),
  });
}

async function credentials(input: RegistryInput, terminal: Terminal) {
  const { username, passwordStdin } = input;
  if (username === undefined && !passwordStdin) {
    return dockerConfigCredentials({ onWarning: (message) => terminal.note(`warning: ${message}`) });
  }
  if (username === undefined) throw usageError("--password-stdin is given without --username", "give both");
  if (!passwordStdin) {
    throw usageError(
      "--username is given without --password-stdin",
      "pipe the password in, so that it stands in no process list",
    );
  }
  const password = (await terminal.readInput()).replace(/\r?\n$/, "");
  if (password === "")
    throw usageError(
      "the password on stdin is empty",
      'pipe it in, as in: printf %s "$PASSWORD" | as-proxy-wasm …',
    );
  return { username, password };
}

/** What a reference asks a registry for: its digest, else its tag. */
export function wanted(reference: Reference, missing: () => CliError): string {
  const name = reference.digest ?? reference.tag;
  if (name === undefined) throw missing();
  return name;
}

/** `registry/repository:tag@sha256:…`: read by people as the tag, by machines as the digest. */
export function pinned(reference: Reference, digest: Digest): string {
  return formatReference({ ...reference, digest });
}

export function tagMissing(text: string): CliError {
  return usageError(`the reference ${text} names no version`, `write a tag behind it, as in ${text}:v1`);
}
