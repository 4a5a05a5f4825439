import { readFileSync, rmSync } from "node:fs";
import { idlePlugin } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

const { code } = idlePlugin.vmConfig;
let project: ScratchProject;
let registry: TestRegistry;
let reference: string;

beforeAll(async () => {
  project = scratchProject();
  registry = await startRegistry();
  reference = `${registry.host}/filters/my-filter:v1`;
});
afterAll(async () => {
  await registry.stop();
  project.remove();
});
beforeEach(() => {
  project.write("build/filter.wasm", code);
  project.write(
    "filter.json",
    '{"name":"my_filter","rootId":"hello","wasm":"build/filter.wasm","configuration":{"key":"k"}}',
  );
});

const json = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await runCommand([...argv, "--json"]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, string>;
};
const packaged = () => json("package", project.folder);

describe("push and pull", () => {
  test("agree on one digest, and the module comes back as it went", async () => {
    const { manifestDigest, wasmDigest } = await packaged();
    const pushed = await runCommand(["push", reference, "-C", project.folder]);
    expect(pushed.exitCode, pushed.stderr).toBe(0);
    expect(pushed.stdout).toBe(`${reference}@${manifestDigest}\n`);

    const file = project.path("pulled.wasm");
    const pulled = await json("pull", reference, "-o", file);
    expect(pulled).toEqual({
      reference: `${reference}@${manifestDigest}`,
      manifestDigest,
      wasmDigest,
      form: "compat",
      file,
    });
    expect(readFileSync(file)).toEqual(Buffer.from(code));
  });

  test("refuse bytes that are not what the digest says", async () => {
    const { manifestDigest } = await packaged();
    await runCommand(["push", reference, "-C", project.folder]);
    const manifest = JSON.parse(registry.manifests.get(manifestDigest!)!.bytes.toString()) as {
      layers: [{ digest: string; size: number }];
    };
    const [layer] = manifest.layers;
    const good = registry.blobs.get(layer.digest)!;
    registry.blobs.set(layer.digest, Buffer.alloc(layer.size, 7));
    try {
      const { exitCode, stderr } = await runCommand(["pull", reference, "-o", project.path("bad.wasm")]);
      expect(stderr).toMatch(/^error: The content of sha256:[0-9a-f]{64} has the digest sha256:[^\n]+\n$/);
      expect(exitCode).toBe(1);
      expect(() => readFileSync(project.path("bad.wasm"))).toThrow("ENOENT");
    } finally {
      registry.blobs.set(layer.digest, good);
    }
  });

  test("log in with what stands on stdin, and print it nowhere", async () => {
    await packaged();
    const expected = `Basic ${Buffer.from("me:s3cret").toString("base64")}`;
    const closed = await startRegistry((request, response) => {
      if (request.authorization === expected) return false;
      response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
      return true;
    });
    try {
      const target = `${closed.host}/a/b:v1`;
      const refused = await runCommand(
        ["push", target, "-C", project.folder, "-u", "me", "--password-stdin"],
        { input: "wr0ng\n" },
      );
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toMatch(/error: [^\n]*(credentials|log in)/i);
      const accepted = await runCommand(
        ["push", target, "-C", project.folder, "-u", "me", "--password-stdin"],
        { input: "s3cret\n" },
      );
      expect(accepted.exitCode, accepted.stderr).toBe(0);
      expect(refused.stderr + accepted.stderr + accepted.stdout).not.toMatch(/wr0ng|s3cret/);
    } finally {
      await closed.stop();
    }
  });

  test.each([
    [["push", "127.0.0.1:1/a/b:v1"], 1, /^error: 127\.0\.0\.1:1 refuses connections; [^\n]+\n$/],
    [["pull", "127.0.0.1:1/a/b:v1"], 1, /^error: 127\.0\.0\.1:1 refuses connections; [^\n]+\n$/],
  ])("%j: a registry that is not there", async (argv, expected, message) => {
    await packaged();
    const { exitCode, stderr } = await runCommand([
      ...argv,
      ...(argv[0] === "push" ? ["-C", project.folder] : []),
    ]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(expected);
  });

  test("push before package, pull of a tag that is not there", async () => {
    rmSync(project.path("build/oci"), { recursive: true, force: true });
    const push = await runCommand(["push", reference, "-C", project.folder]);
    expect(push.exitCode).toBe(1);
    expect(push.stderr).toMatch(
      /^error: there is no image in .*build\/oci; run as-proxy-wasm package first, or name another place\n$/,
    );
    const pull = await runCommand(["pull", `${registry.host}/filters/my-filter:v9`]);
    expect(pull.exitCode).toBe(1);
    expect(pull.stderr).toMatch(/^error: [^\n]*v9[^\n]*\n$/);
  });
});
