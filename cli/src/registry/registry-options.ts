/** How a verb is let into a registry: the options, and what oras-js is told. */
import { readFile } from "node:fs/promises";
import { type Credentials, dockerConfigCredentials, type RepositoryOptions } from "oras-js";
import { flag, value } from "../command.js";
import { usageError } from "../errors.js";
import type { Terminal } from "../terminal.js";

export const registryOptions = {
  plainHttp: flag("speak http (the default for 127.0.0.1 and localhost) in place of https"),
  caFile: value("FILE", "trust the authority in this PEM file too, and speak https"),
  username: value("NAME", "log in as NAME (default: what a login left)", "u"),
  passwordStdin: flag("read the password for --username from stdin"),
};

export interface RegistryInput {
  readonly plainHttp: boolean;
  readonly caFile: string | undefined;
  readonly username: string | undefined;
  readonly passwordStdin: boolean;
}

/** How a registry is to be reached. Reads stdin where the password is there. */
export async function registryAccess(input: RegistryInput, terminal: Terminal): Promise<RepositoryOptions> {
  return { ...(await connectionOptions(input)), credentials: await credentials(input, terminal) };
}

/** An authority means https, on this machine too. */
export async function connectionOptions(input: {
  readonly plainHttp: boolean;
  readonly caFile: string | undefined;
}): Promise<Pick<RepositoryOptions, "plainHttp" | "ca">> {
  const { plainHttp, caFile } = input;
  if (caFile === undefined) return plainHttp ? { plainHttp } : {};
  if (plainHttp)
    throw usageError("--ca-file is given with --plain-http", "http has no certificates: give one");
  return { plainHttp: false, ca: await authorities(caFile) };
}

/** The password on stdin, without the end of its line. */
export async function passwordFromInput(terminal: Terminal): Promise<string> {
  const password = (await terminal.readInput()).replace(/\r?\n$/, "");
  if (password !== "") return password;
  throw usageError(
    "the password on stdin is empty",
    'pipe it in, as in: printf %s "$PASSWORD" | as-proxy-wasm …',
  );
}

/** The ones that are given, else the kept ones. Reads stdin where the password is there. */
export async function credentials(
  input: Pick<RegistryInput, "username" | "passwordStdin">,
  terminal: Terminal,
): Promise<Credentials> {
  const { username, passwordStdin } = input;
  if (username === undefined && !passwordStdin) return keptCredentials(terminal);
  if (username === undefined) throw usageError("--password-stdin is given without --username", "give both");
  if (!passwordStdin) {
    throw usageError(
      "--username is given without --password-stdin",
      "pipe the password in, so that it stands in no process list",
    );
  }
  return { username, password: await passwordFromInput(terminal) };
}

/** What `login`, docker and oras keep. */
export function keptCredentials(terminal: Terminal): Credentials {
  return dockerConfigCredentials({ onWarning: (message) => terminal.note(`warning: ${message}`) });
}

/** Node's own list and one more: a redirect may lead from a registry in the house to a public storage. */
async function authorities(path: string): Promise<string> {
  const pem = await readFile(path, "utf8");
  const { rootCertificates } = await import("node:tls");
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return [...rootCertificates, pem].join("\n");
  throw usageError(`${path} holds no certificate`, "name a file in PEM form, with BEGIN CERTIFICATE in it");
}
