import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { idlePlugin, readRecording } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demand, startRegistry } from "../../oras-js/src/testing/registry.js";
import { helloImage } from "./testing/hello-image.js";
import { scratchProject, type ScratchProject } from "./testing/scratch-project.js";

// What only a process has: exit codes, signals, pipes, colour. The program is bundled as it is published, from the
// sources of the libraries, and stands in dist/ because package.json is found beside that.
const program = fileURLToPath(new URL("../dist/main.test.mjs", import.meta.url));
const source = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
let project: ScratchProject;
let silent: Server;

beforeAll(async () => {
  buildSync({
    entryPoints: [source("cli/src/main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    alias: {
      "as-proxy-wasm-sim/real-envoy": source("host-sim/src/real-envoy/index.ts"),
      "as-proxy-wasm-sim": source("host-sim/src/index.ts"),
      "as-proxy-wasm-sim/report": source("host-sim/src/report/index.ts"),
      "as-proxy-wasm-sim/explore": source("host-sim/src/explore/index.ts"),
      "oras-js": source("oras-js/src/index.ts"),
    },
    external: [
      "commander",
      "yaml",
      "ajv",
      "@bufbuild/*",
      "@streamparser/*",
      "@jridgewell/*",
      "istanbul-*",
      "yauzl",
    ],
  });
  project = scratchProject();
  project.write("build/filter.wasm", idlePlugin.vmConfig.code);
  silent = createServer();
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
});
afterAll(() => {
  silent.close();
  project.remove();
  rmSync(program);
});

interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, ...argv], {
    cwd: project.folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: project.folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (piece: Buffer) => (text.stdout += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => (text.stderr += piece.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, ...text }));
  });
  return { child, ended };
}

test("a result goes to stdout, exit code 0", async () => {
  const { exitCode, stdout, stderr } = await start(["check"]).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^build\/filter\.wasm {2}87 B, loads in Envoy\n/);
});

test("a failure is one sentence without a stack trace, exit code 1; a wrong command line is 2", async () => {
  expect(await start(["check", "nowhere.wasm"]).ended).toEqual({
    exitCode: 1,
    signal: null,
    stdout: "",
    stderr: "error: there is no file nowhere.wasm; name a .wasm file, or the folder of a filter.json\n",
  });
  expect(await start(["chekc"]).ended).toMatchObject({
    exitCode: 2,
    stderr: "error: unknown command 'chekc' (Did you mean check?)\n",
  });
});

test("Ctrl-C ends with 130 and leaves nothing half-made", async () => {
  expect((await start(["package"]).ended).exitCode).toBe(0);
  const before = readdirSync(project.folder, { recursive: true }).sort();
  const { port } = silent.address() as AddressInfo;
  const { child, ended } = start(["push", `127.0.0.1:${port}/a/b:v1`]);
  await once(silent, "connection");
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ exitCode: 130, stdout: "", stderr: "" });
  expect(readdirSync(project.folder, { recursive: true }).sort()).toEqual(before);
});

test("Ctrl-C in the middle of an upload calls it off and leaves no tag; nothing half-made stays in a tar file", async () => {
  await helloImage(join(project.folder, "hello"));
  const registry = await startRegistry();
  try {
    const uploading = new Promise<void>((begun) => {
      registry.intercept = ({ method }) => {
        if (method !== "PUT") return false;
        begun();
        // Never answered.
        return new Promise(() => undefined);
      };
    });
    const { child, ended } = start(["push", `${registry.host}/a/b:v1`, "--from", "./hello"]);
    await uploading;
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ exitCode: 130, stdout: "", stderr: "" });
    const paths = (wanted: string) =>
      registry.requests.filter(({ method }) => method === wanted).map(({ path }) => path);
    expect(paths("DELETE")).toEqual(expect.arrayContaining(paths("PUT")));
    expect(registry.manifests.size).toBe(0);

    registry.intercept = undefined;
    expect((await start(["push", `${registry.host}/a/b:v1`, "--from", "./hello"]).ended).exitCode).toBe(0);
    const fetching = new Promise<void>((begun) => {
      registry.intercept = ({ method, path }, response) => {
        if (method !== "GET" || !path.includes("/blobs/")) return false;
        response.writeHead(200, { "content-length": "5" }).write("he");
        begun();
        return true;
      };
    });
    const before = readdirSync(project.folder);
    const copying = start(["copy", `${registry.host}/a/b:v1`, "./copied.tar"]);
    await fetching;
    copying.child.kill("SIGINT");
    expect(await copying.ended).toMatchObject({ exitCode: 130, stdout: "", stderr: "" });
    expect(readdirSync(project.folder)).toEqual(before);
  } finally {
    await registry.stop();
  }
});

// `script` of util-linux gives a terminal; elsewhere its options are others.
test.runIf(process.platform === "linux")(
  "login asks at a terminal, and the password shows nowhere",
  async () => {
    const basic = Buffer.from("me:s3cret-pass").toString("base64");
    const registry = await startRegistry(demand(`Basic ${basic}`, 'Basic realm="test"'));
    const command = `${process.execPath} ${program} login ${registry.host}`;
    const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      env: { PATH: process.env["PATH"] ?? "", HOME: project.folder, TERM: "xterm" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    let shown = "";
    const answers = [
      ["user name: ", "me"],
      ["password: ", "s3cret-pass"],
    ];
    child.stdout.on("data", (piece: Buffer) => {
      shown += piece.toString();
      // The terminal echoes what it is given, until the program says otherwise: each answer waits for its question.
      const [question, answer] = answers[0] ?? [];
      if (question === undefined || !shown.includes(question)) return;
      answers.shift();
      child.stdin.write(`${answer}\r`);
    });
    const [exitCode] = (await once(child, "close")) as [number];
    await registry.stop();
    expect(shown).toContain(`logged in to ${registry.host} as me`);
    expect(shown).not.toContain("s3cret-pass");
    expect(exitCode).toBe(0);
  },
);

test("Ctrl-C ends a recording well: what was recorded stands in its file", async () => {
  const upstream = createHttpServer((_, response) => response.end("hello"));
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const { port } = upstream.address() as AddressInfo;
  const { child, ended } = start([
    "record",
    "--upstream",
    `http://127.0.0.1:${port}`,
    "-o",
    "site.stream.jsonl",
  ]);
  const [line] = (await once(child.stderr, "data")) as [Buffer];
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(line.toString())?.[0] ?? "";
  const response = await fetch(`${address}/a`, { headers: { authorization: "Bearer s3cret" } });
  expect(await response.text()).toBe("hello");
  child.kill("SIGINT");
  expect(await ended).toMatchObject({
    exitCode: 0,
    stderr: `recording ${address} -> http://127.0.0.1:${port}; Ctrl-C ends it\nwrote site.stream.jsonl: 1 stream\n`,
  });
  upstream.close();
  const file = join(project.folder, "site.stream.jsonl");
  expect(readFileSync(file, "utf8")).toContain('["authorization","Bearer x0xxxx"]');
  expect(await readRecording(file)).toMatchObject([{ id: "stream-1", protocol: "HTTP/1.1" }]);
  rmSync(file);
});

test("a reader who has seen enough is no error", async () => {
  const { child, ended } = start(["replay", "--trace"]);
  child.stdout.destroy();
  const { stderr } = await ended;
  expect(stderr).not.toMatch(/EPIPE|\n {4}at /);
});

test("colour only on a terminal, unless it is asked for; NO_COLOR has the last word", async () => {
  const coloured = (text: string): boolean => text.includes("\u001b[");
  expect(coloured((await start(["check"]).ended).stdout)).toBe(false);
  expect(coloured((await start(["check"], { FORCE_COLOR: "1" }).ended).stdout)).toBe(true);
  expect(coloured((await start(["check"], { FORCE_COLOR: "1", NO_COLOR: "1" }).ended).stdout)).toBe(false);
});
