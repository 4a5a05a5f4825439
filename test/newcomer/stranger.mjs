/** A stranger's shell: nothing of this repository in its PATH or its npm settings, no terminal. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export function strangersEnvironment({ folder, registry }) {
  const settings = join(folder, "npmrc");
  mkdirSync(join(folder, "npm-cache"), { recursive: true });
  writeFileSync(
    settings,
    [
      `registry=${registry.url}`,
      `//${registry.host}/:_authToken=anyone`,
      `cache=${join(folder, "npm-cache")}`,
      "update-notifier=false",
      "",
    ].join("\n"),
  );
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_|^INIT_CWD$|^FORCE_COLOR$|^SOURCE_DATE_EPOCH$/i.test(name),
    ),
  );
  return {
    ...environment,
    PATH: (process.env.PATH ?? "")
      .split(delimiter)
      .filter((entry) => !/node_modules[\\/]\.bin|node-gyp-bin/.test(entry))
      .join(delimiter),
    npm_config_userconfig: settings,
    // Stands for the answer "yes" to npm's question whether it may fetch create-as-proxy-wasm.
    npm_config_yes: "true",
  };
}

/** Runs a command line; what it printed, how it ended, how long it took. */
export function shell(command, { cwd, env = process.env, timeoutMs = 300_000 }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, { cwd, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
    const pieces = { stdout: [], stderr: [] };
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.stdout.on("data", (piece) => pieces.stdout.push(piece));
    child.stderr.on("data", (piece) => pieces.stderr.push(piece));
    child.on("close", (exitCode, signal) => {
      clearTimeout(timer);
      resolve({
        command,
        exitCode: exitCode ?? signal,
        stdout: Buffer.concat(pieces.stdout).toString("utf8"),
        stderr: Buffer.concat(pieces.stderr).toString("utf8"),
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
}

/** A command with everything it said, for whoever has to find out why it failed. */
export function output({ command, exitCode, stdout, stderr }) {
  return `$ ${command} -> ${exitCode}\n${stdout}${stderr}`;
}
