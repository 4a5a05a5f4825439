import { idlePlugin } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

const { code } = idlePlugin.vmConfig;
let project: ScratchProject;

beforeAll(() => {
  project = scratchProject();
  project.write("build/filter.wasm", code);
  project.write("filter.json", '{"name":"my_filter","rootId":"hello","wasm":"build/filter.wasm"}');
});
afterAll(() => project.remove());

async function packaged(layout: string): Promise<string> {
  const { exitCode, stderr } = await runCommand(["package", project.folder, "--layout", layout]);
  expect(exitCode, stderr).toBe(0);
  return project.path("build/oci");
}

describe("verify", () => {
  test.each([
    ["compat", ["istio", "envoy-gateway", "higress", "google"]],
    ["oci", ["istio", "envoy-gateway", "higress"]],
    ["cncf", ["wkg"]],
  ])("the layout %s loads in %j", async (layout, expected) => {
    const argv = ["verify", await packaged(layout), "--for", "all", "--json"];
    const { exitCode, stdout } = await runCommand(argv);
    const { verdicts } = JSON.parse(stdout) as { verdicts: { consumer: string; loads: boolean }[] };
    expect(verdicts.filter(({ loads }) => loads).map(({ consumer }) => consumer)).toEqual(expected);
    expect(exitCode).toBe(0);
  });

  test("names the rule that is broken, and what to do", async () => {
    const { exitCode, stdout } = await runCommand(["verify", await packaged("cncf"), "--for", "istio"]);
    expect(stdout).toMatch(
      /^Istio: does not load it\n {2}[a-z-]+ {2}.*; make the image with as-proxy-wasm package/,
    );
    expect(exitCode).toBe(1);
  });

  test("takes the project's own image where none is named", async () => {
    await packaged("compat");
    const { exitCode, stdout } = await runCommand(["verify", "-C", project.folder, "--for", "istio"]);
    expect(stdout).toBe("Istio: loads it, in the form compat\n");
    expect(exitCode).toBe(0);
  });

  test("a consumer whose rules nobody knows is a mistake in the command line", async () => {
    const { exitCode, stderr } = await runCommand(["verify", "--for", "linkerd"]);
    expect(stderr).toBe(
      "error: --for linkerd is nobody whose rules are known; name one of istio, envoy-gateway, higress, google, wkg, or all\n",
    );
    expect(exitCode).toBe(2);
  });
});

describe("inspect", () => {
  test("shows both digests of an image, where each belongs, and what is in the module", async () => {
    const layout = await packaged("compat");
    const { stdout } = await runCommand(["inspect", layout]);
    expect(stdout).toMatch(/form compat, module 87 B\n {2}image +sha256:[0-9a-f]{64} +pins oci:\/\/ URLs/);
    expect(stdout).toMatch(/\n {2}wasm +sha256:[0-9a-f]{64} +pins the bare file/);
    expect(stdout).toMatch(
      /\n {2}layer +sha256:[0-9a-f]{64} +application\/vnd\.oci\.image\.layer\.v1\.tar\+gzip/,
    );
    expect(stdout).toMatch(/\n {2}abi +0\.2\.1\n {2}exports +.*proxy_abi_version_0_2_1/);
  });

  test("says the same of a bare module, by the digest of its own", async () => {
    const image = JSON.parse((await runCommand(["inspect", await packaged("oci"), "--json"])).stdout);
    const file = JSON.parse(
      (await runCommand(["inspect", project.path("build/filter.wasm"), "--json"])).stdout,
    );
    const { wasmDigest, bytes, abiVersion, exports, imports, producers } = image;
    expect(file).toEqual({
      file: project.path("build/filter.wasm"),
      ...{ wasmDigest, bytes, abiVersion, exports, imports, producers },
    });
  });

  test("says what a module was made with", async () => {
    const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
    const section = [
      ...text("producers"),
      ...[1, ...text("processed-by"), 1, ...text("rustc"), ...text("1.80.0")],
    ];
    const file = project.write(
      "made.wasm",
      Buffer.concat([code, Buffer.from([0, section.length, ...section])]),
    );
    const { stdout } = await runCommand(["inspect", file]);
    expect(stdout).toMatch(/\n {2}processed-by +rustc 1\.80\.0\n/);
  });
});
