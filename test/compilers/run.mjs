// `npm run test:compilers`: the packed SDK, as a project installs it, with the oldest and the newest compiler it claims to work with, in
// each of the language's runtimes. Every module is loaded and started in the simulator.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stdout } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(repository, ".cache", "compilers");

const COMPILERS = { oldest: "0.28.0", newest: "0.28" };
const RUNTIMES = ["minimal", "incremental", "stub"];

/** What is compiled: a source, and the root id that it is started with. */
const FILTERS = {
  hello: { source: join(repository, "examples/hello/assembly/index.ts"), rootId: "hello" },
  everything: { source: join(repository, "test/compilers/assembly/everything.ts"), rootId: "http" },
};

const { Envoy } = await import(pathToFileURL(join(repository, "host-sim/dist/index.js")).href);

const tally = { passed: 0, failed: 0 };
await mkdir(cache, { recursive: true });
const tarball = await pack();
for (const [age, version] of Object.entries(COMPILERS)) {
  const project = await install(age, version, tarball);
  const manifest = await readFile(join(project, "node_modules/assemblyscript/package.json"), "utf8");
  for (const [name, filter] of Object.entries(FILTERS)) {
    for (const runtime of RUNTIMES) {
      const problem = await check(project, name, filter, runtime);
      tally[problem === null ? "passed" : "failed"]++;
      const what = `${name}, runtime ${runtime}, assemblyscript ${JSON.parse(manifest).version} (${age})`;
      stdout.write(problem === null ? `  good  ${what}\n` : `  BAD   ${what}: ${problem}\n`);
    }
  }
}
stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;

/** The SDK as npm would publish it. */
async function pack() {
  const { stdout: packed } = await run("npm", ["pack", "--json", "--pack-destination", cache], {
    cwd: join(repository, "sdk"),
  });
  const [{ filename }] = Object.values(JSON.parse(packed));
  return join(cache, filename);
}

/** A project with the SDK and one compiler. */
async function install(age, version, tarball) {
  const project = join(cache, age);
  await rm(project, { recursive: true, force: true });
  await mkdir(join(project, "assembly"), { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writeFile(join(project, "asconfig.json"), '{ "extends": "as-proxy-wasm-sdk/asconfig.json" }');
  const packages = [`assemblyscript@${version}`, tarball];
  await run("npm", ["install", "--no-audit", "--no-fund", "--silent", ...packages], { cwd: project });
  return project;
}

/** What is wrong, or null. */
async function check(project, name, filter, runtime) {
  await cp(filter.source, join(project, "assembly", `${name}.ts`));
  const output = `build/${name}-${runtime}.wasm`;
  const options = [`assembly/${name}.ts`, "--outFile", output, "--runtime", runtime];
  try {
    await run("node", ["node_modules/assemblyscript/bin/asc.js", ...options], { cwd: project });
    const code = await readFile(join(project, output));
    const plugin = {
      name,
      rootId: filter.rootId,
      configuration: null,
      allowOnHeadersStopIteration: false,
      vmConfig: { vmId: "", code, configuration: null },
    };
    (await Envoy.start({ plugins: [plugin] })).stop();
    return null;
  } catch (error) {
    return String(error.stderr || error.message).trim();
  }
}
