import { isRecord } from "../descriptor.js";
import { printable } from "../digest.js";
import { OrasError } from "../errors.js";
import type { Credential } from "./credential.js";

const helperTimeoutMs = 30_000;
const maxAnswerBytes = 1024 * 1024;

// What the helpers print when they simply know nothing (docker-credential-helpers, credentials/error.go).
const nothingKnown = "credentials not found in native keychain";

/**
 * Asks `docker-credential-NAME get`: the registry goes to its standard input, JSON with ServerURL, Username and
 * Secret comes back. A helper that is not installed is a warning; public images need no credentials at all.
 */
export async function askCredentialHelper(
  name: string,
  registry: string,
  warn: (message: string) => void,
): Promise<Credential | undefined> {
  const command = commandOf(name);
  const result = await run(command, "get", registry);
  if (result === "missing") {
    warn(
      `${command} is not installed; going on without it. Install it, or remove it from Docker's config.json.`,
    );
    return undefined;
  }
  if (result.stdout.trim() === nothingKnown) return undefined;
  // What it printed stays out of the message: it may be half a secret.
  if (result.exitCode !== 0) throw failed(command, `ended with exit code ${result.exitCode}`);
  return parseAnswer(result.stdout, command);
}

/** Gives a credential to `docker-credential-NAME store`. */
export async function storeWithHelper(
  name: string,
  registry: string,
  credential: { readonly username: string; readonly password: string } | { readonly identityToken: string },
): Promise<void> {
  const [username, secret] =
    "identityToken" in credential
      ? ["<token>", credential.identityToken]
      : [credential.username, credential.password];
  const command = commandOf(name);
  const result = await run(
    command,
    "store",
    JSON.stringify({ ServerURL: registry, Username: username, Secret: secret }),
  );
  // To write the password into the file in its place would be what the helper was set up against.
  if (result === "missing") throw failed(command, "is not installed");
  if (result.exitCode !== 0) throw failed(command, `ended with exit code ${result.exitCode}`);
}

/** Lets `docker-credential-NAME erase` forget a registry; that it knows nothing of it is fine. */
export async function eraseWithHelper(name: string, registry: string): Promise<void> {
  const command = commandOf(name);
  const result = await run(command, "erase", registry);
  if (result === "missing") throw failed(command, "is not installed");
  if (result.exitCode !== 0 && result.stdout.trim() !== nothingKnown) {
    throw failed(command, `ended with exit code ${result.exitCode}`);
  }
}

function commandOf(name: string): string {
  // The name is part of a command; a file from elsewhere must not choose a path.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw failed(printable(name), "has a name that is not one of a credential helper");
  }
  return `docker-credential-${name}`;
}

function parseAnswer(text: string, command: string): Credential | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw failed(command, "did not answer with JSON");
  }
  if (!isRecord(answer)) throw failed(command, "did not answer with a JSON object");
  const { Username: username, Secret: secret } = answer;
  if (typeof username !== "string" || typeof secret !== "string") {
    throw failed(command, "did not answer with Username and Secret");
  }
  if (username === "" && secret === "") return undefined;
  return username === "<token>" ? { identityToken: secret } : { username, password: secret };
}

async function run(
  command: string,
  action: "get" | "store" | "erase",
  input: string,
): Promise<"missing" | { exitCode: number; stdout: string }> {
  // Loaded here, because most registries need no helper.
  const { spawn } = await import("node:child_process");
  return new Promise((resolve, reject) => {
    const child = spawn(command, [action], {
      stdio: ["pipe", "pipe", "ignore"],
      timeout: helperTimeoutMs,
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= maxAnswerBytes) chunks.push(chunk);
      else child.kill();
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve("missing");
      else reject(failed(command, `cannot be started: ${error.code}`));
    });
    child.on("close", (exitCode, signal) => {
      if (exitCode !== null) resolve({ exitCode, stdout: Buffer.concat(chunks).toString("utf8") });
      else reject(failed(command, `was ended by ${signal}: it took too long or printed too much`));
    });
    // A helper may exit before it has read everything; its exit code tells then.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

function failed(command: string, problem: string): OrasError {
  return new OrasError("ORAS_CREDENTIAL_HELPER", `The credential helper ${command} ${problem}`, {
    hint: "Run it by hand to see what it says, or take it out of credHelpers and credsStore in Docker's config.json.",
  });
}
