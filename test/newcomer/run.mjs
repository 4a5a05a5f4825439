/**
 * The stranger's path: the five packages as npm would publish them, in a real registry, and in an empty folder the
 * commands of create/README.md word by word. Ends with `N passed, N failed`; exit code 1 if any failed.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectations } from "./expectations.mjs";
import { packedProblems } from "./packed.mjs";
import { installRegistry, startRegistry } from "./registry.mjs";
import { output, shell, strangersEnvironment } from "./stranger.mjs";

const repository = new URL("../../", import.meta.url).pathname;
const packages = {
  "as-proxy-wasm-sdk": "sdk",
  "as-proxy-wasm-sim": "host-sim",
  "oras-js": "oras-js",
  "as-proxy-wasm": "cli",
  "create-as-proxy-wasm": "create",
};

let passed = 0;
const failures = [];
/** One statement about the stranger's path; `detail` is shown when it does not hold. */
function check(statement, holds, detail = "") {
  if (holds) passed += 1;
  else failures.push(statement);
  console.log(`${holds ? "ok  " : "FAIL"}  ${statement}`);
  if (!holds && detail) console.log(detail.trimEnd().replaceAll(/^/gm, "      "));
}
function checkDone(result, statement = result.command) {
  check(`${statement} (${result.seconds.toFixed(1)} s)`, result.exitCode === 0, output(result));
  return result.exitCode === 0;
}

const folder = mkdtempSync(join(tmpdir(), "newcomer-"));
let registry;
const cleanUp = () => {
  registry?.stop();
  rmSync(folder, { recursive: true, force: true });
};
process.on("SIGINT", () => {
  cleanUp();
  process.exit(130);
});

try {
  await walk();
} catch (error) {
  check(
    "the walk came to its end",
    false,
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
} finally {
  cleanUp();
}
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function walk() {
  await prepareRegistry();
  const env = strangersEnvironment({ folder, registry });
  await publish(env);
  await warmUp(env);
  const project = await followReadme(env);
  if (project === null) return;
  await typeChecks(project, env);
  await machineOutput(project, env);
  await wrongUsage(project, env);
}

async function prepareRegistry() {
  const must = async (command, options) => {
    const result = await shell(command, options);
    if (result.exitCode !== 0) throw new Error(output(result));
    return result;
  };
  await installRegistry(must);
  const upstream = (await must("npm config get registry", { cwd: folder })).stdout.trim();
  registry = await startRegistry({ folder, upstream, own: Object.keys(packages) });
}

/** Times are those of a registry that has served these packages before; the stranger's own npm cache stays empty. */
async function warmUp(env) {
  if (registry.served("vitest")) return;
  const cwd = join(folder, "warm-up");
  mkdirSync(cwd);
  const { devDependencies } = JSON.parse(
    readFileSync(join(repository, "create/templates/http/package.json"), "utf8"),
  );
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ private: true, devDependencies }));
  const cache = { npm_config_cache: join(folder, "warm-up-cache") };
  checkDone(
    await shell("npm install", { cwd, env: { ...env, ...cache } }),
    "the registry fetches what it lacks",
  );
}

/** Packs and publishes; what is in the packages is looked at on the way. */
async function publish(env) {
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs);
  for (const [name, path] of Object.entries(packages)) {
    const packed = await shell(`npm pack --json --pack-destination ${tarballs}`, {
      cwd: join(repository, path),
      env,
    });
    if (!checkDone(packed, `npm pack ${name}`)) continue;
    const report = JSON.parse(packed.stdout);
    const { filename, size } = Array.isArray(report) ? report[0] : Object.values(report)[0];
    const unpacked = join(tarballs, name);
    mkdirSync(unpacked);
    await shell(`tar -xzf ${filename} -C ${name} --strip-components=1`, { cwd: tarballs });
    const problems = packedProblems(unpacked, repository);
    check(
      `${name} holds only what its users need (${(size / 1000).toFixed(0)} kB)`,
      problems.length === 0,
      problems.join("\n"),
    );
    checkDone(await shell(`npm publish ${filename}`, { cwd: tarballs, env }), `npm publish ${name}`);
  }
}

/** The commands that the README tells, line by line. Returns the project's folder, or null where the walk ended. */
async function followReadme(env) {
  const commands = readmeCommands("README.md");
  check("README.md tells how to make a filter", commands[0]?.startsWith("npm create as-proxy-wasm") === true);
  const own = readmeCommands("create/README.md");
  check("create/README.md tells the same", own.join("\n") === commands.join("\n"), own.join("\n"));
  let cwd = join(folder, "home");
  mkdirSync(cwd);
  const seconds = {};
  for (const command of commands) {
    if (command.startsWith("cd ")) {
      cwd = join(cwd, command.slice(3));
      continue;
    }
    const result = await shell(command, { cwd, env });
    if (!checkDone(result)) return null;
    seconds[command] = result.seconds;
    expectations(check)[command]?.(result, cwd);
  }
  const spent = (...names) => names.reduce((sum, name) => sum + (seconds[name] ?? 0), 0);
  const [create] = commands;
  goal("from nothing to an installed project", spent(create, "npm install"), 7);
  goal("from nothing to passed tests", spent(create, "npm install", "npm test"), 27);
  return cwd;
}

/** The first code block that makes a project, without prompts and comments. */
function readmeCommands(path) {
  const readme = readFileSync(join(repository, path), "utf8");
  const blocks = [...readme.matchAll(/```(?:sh|console)\n([^]*?)```/g)].map(([, block]) => block);
  const lines =
    blocks
      .find((block) => block.includes("npm create"))
      ?.trim()
      .split("\n") ?? [];
  return lines.map((line) => line.replace(/^\$ /, "").replace(/\s+#.*/, ""));
}

/** Times depend on the machine, so they are shown and judged by eye. */
function goal(what, seconds, limit) {
  console.log(`time  ${what}: ${seconds.toFixed(1)} s (goal ${limit} s${seconds > limit ? ", missed" : ""})`);
}

async function typeChecks(project, env) {
  for (const version of ["5", "7"]) {
    const installed = await shell(`npm install --no-save typescript@${version}`, { cwd: project, env });
    if (!checkDone(installed, `npm install typescript@${version}`)) continue;
    for (const command of ["npx tsc --noEmit", "npx tsc --noEmit -p assembly"]) {
      const result = await shell(command, { cwd: project, env });
      check(
        `${command} is clean under TypeScript ${version}`,
        result.exitCode === 0 && result.stdout === "",
        output(result),
      );
    }
  }
}

/** `--json` is one JSON document on stdout. */
async function machineOutput(project, env) {
  const digests = [];
  for (const verb of ["build", "build --debug", "build", "check", "replay", "package", "package"]) {
    const result = await shell(`npx as-proxy-wasm ${verb} --json`, { cwd: project, env });
    let value = null;
    try {
      value = JSON.parse(result.stdout);
    } catch {
      // Told by the check.
    }
    check(
      `as-proxy-wasm ${verb} --json prints JSON`,
      result.exitCode === 0 && value !== null,
      output(result),
    );
    if (verb === "package") digests.push(value?.manifestDigest);
    if (verb === "build --debug")
      check("a debug build has a source map", existsSync(join(project, "build/filter.wasm.map")));
  }
  check(
    "two packagings give one digest",
    digests[0] !== undefined && digests[0] === digests[1],
    digests.join(" "),
  );
  const manifest = await shell("npx as-proxy-wasm manifest istio ghcr.io/me/my-filter:v1 --layout", {
    cwd: project,
    env,
  });
  check(
    "manifest istio pins the packaged image",
    manifest.stdout.includes(`url: oci://ghcr.io/me/my-filter:v1@${digests[0]}`),
    output(manifest),
  );
}

/** A mistake is one sentence on stderr, says what to do, and ends with 1 or 2. */
async function wrongUsage(project, env) {
  writeFileSync(join(folder, "not.har"), "GET / HTTP/1.1\n");
  writeFileSync(join(folder, "broken.har"), '{"log":{"version":"1.2","entries":[{"request":{"method":7}}]}}');
  const mistakes = [
    [2, "npx as-proxy-wasm biuld", /build/],
    [2, "npx as-proxy-wasm build --debgu", /--debug/],
    [2, "npx as-proxy-wasm push not-a-reference", /registry/],
    [1, "npx as-proxy-wasm check nowhere.wasm", /nowhere\.wasm/],
    [1, "npx as-proxy-wasm replay nowhere.har", /nowhere\.har/],
    [1, `npx as-proxy-wasm replay ${join(folder, "not.har")}`, /HAR/],
    [1, `npx as-proxy-wasm replay ${join(folder, "broken.har")}`, /entries\[0\]/],
    [1, "npx as-proxy-wasm push 127.0.0.1:1/a/b:v1", /registry/],
    [1, `npm create as-proxy-wasm .`, /not empty/],
    [2, `npm create as-proxy-wasm x -- --template htp`, /did you mean http/],
    [2, `npm create as-proxy-wasm x -- --fast`, /--template/],
  ];
  for (const [exitCode, command, says] of mistakes) {
    const result = await shell(command, { cwd: project, env });
    // npm adds its own lines when a command it started fails.
    const lines = result.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("npm "));
    const clear = lines.length === 1 && says.test(lines[0]) && !/\n\s+at /.test(result.stderr);
    check(
      `${command.replaceAll(folder, "…")} ends with ${exitCode} and one sentence`,
      result.exitCode === exitCode && clear,
      output(result),
    );
  }
  check("a refused npm create wrote nothing", !readdirSync(project).includes("x"));
}
