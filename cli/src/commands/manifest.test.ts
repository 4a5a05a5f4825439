import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { idlePlugin } from "as-proxy-wasm-sim";
import { login, mediaTypes } from "oras-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { demand, startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
let registry: TestRegistry;
let reference: string;
let digests: { readonly manifestDigest: string; readonly wasmDigest: string };

const filter = (fields: object = {}): void =>
  void project.write(
    "filter.json",
    JSON.stringify({
      name: "my_filter",
      rootId: "hello",
      wasm: "build/filter.wasm",
      configuration: { key: "k" },
      ...fields,
    }),
  );

beforeAll(async () => {
  project = scratchProject();
  project.write("build/filter.wasm", idlePlugin.vmConfig.code);
  filter();
  registry = await startRegistry();
  reference = `${registry.host}/filters/my-filter:v1`;
  const packaged = await runCommand(["package", project.folder, "--json"]);
  digests = JSON.parse(packaged.stdout) as typeof digests;
  const pushed = await runCommand(["push", reference, "-C", project.folder]);
  expect(pushed.exitCode, pushed.stderr).toBe(0);
});
afterAll(async () => {
  await registry.stop();
  project.remove();
});
beforeEach(() => filter());

const manifest = (surface: string, ...options: string[]) =>
  runCommand(["manifest", surface, reference, "-C", project.folder, ...options]);

describe("manifest", () => {
  test("istio prints a WasmPlugin pinned by the digest that is in the registry", async () => {
    const { exitCode, stdout, stderr } = await manifest(
      "istio",
      ...["-n", "prod", "--selector", "app=web", "--selector", "tier=front", "--phase", "authn"],
      ...["--match", "SERVER:8080", "--pull-secret", "pull"],
    );
    expect(stderr).toBe("");
    expect(parse(stdout)).toEqual({
      apiVersion: "extensions.istio.io/v1alpha1",
      kind: "WasmPlugin",
      metadata: { name: "my-filter", namespace: "prod" },
      spec: {
        selector: { matchLabels: { app: "web", tier: "front" } },
        match: [{ mode: "SERVER", ports: [{ number: 8080 }] }],
        phase: "AUTHN",
        url: `oci://${reference}@${digests.manifestDigest}`,
        imagePullSecret: "pull",
        pluginName: "hello",
        pluginConfig: { key: "k" },
        failStrategy: "FAIL_CLOSE",
      },
    });
    expect(exitCode).toBe(0);
  });

  test("--layout takes the digests from build/oci, and asks no registry", async () => {
    const { stdout } = await runCommand([
      ...["manifest", "istio", "ghcr.io/me/elsewhere:v2", "--layout", "--json", "-C", project.folder],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      spec: { url: `oci://ghcr.io/me/elsewhere:v2@${digests.manifestDigest}` },
    });
  });

  test("--config takes the place of what filter.json says", async () => {
    filter({ configuration: "no JSON, which a WasmPlugin cannot carry" });
    const { stdout, exitCode } = await manifest("istio", "--config", '{"key":"other"}');
    expect(exitCode).toBe(0);
    expect(parse(stdout)).toMatchObject({ spec: { pluginConfig: { key: "other" } } });
  });

  test("envoy says above the YAML what has to be where, and pins by the module's own digest", async () => {
    const { stdout } = await manifest(
      "envoy",
      ...["--module-url", "http://modules/f.wasm", "--module-cluster", "modules"],
    );
    expect(stdout).toMatch(
      /^# Belongs in the HTTP connection manager, before the router\.\n# The module of [^\n]+\nhttp_filters:\n/,
    );
    expect(stdout).toContain(`sha256: ${digests.wasmDigest.slice("sha256:".length)}`);
  });

  test("envoy-ecds prints two documents, and one list with --json", async () => {
    const { stdout } = await manifest("envoy-ecds");
    expect(parseAllDocuments(stdout).map((document) => Object.keys(document.toJS() as object))).toEqual([
      ["@type", "name", "typed_config"],
      ["http_filters"],
    ]);
    expect(JSON.parse((await manifest("envoy-ecds", "--json")).stdout)).toHaveLength(2);
  });

  test("warnings go to stderr, and the YAML is whole", async () => {
    filter({ failurePolicy: "FAIL_OPEN" });
    const { stdout, stderr, exitCode } = await manifest("istio", "--selector", "a=b", "--phase", "AUTHZ");
    expect(stderr).toMatch(/^warning: FAIL_OPEN in phase AUTHZ: [^\n]+\n$/);
    expect(parse(stdout)).toMatchObject({ spec: { failStrategy: "FAIL_OPEN" } });
    expect(exitCode).toBe(0);
  });

  test("a filter that does not fit prints nothing but the reason and who can", async () => {
    filter({ allowOnHeadersStopIteration: true, vmConfiguration: "x" });
    const { stdout, stderr, exitCode } = await manifest("istio");
    expect(stderr).toBe(
      'error: my_filter does not fit a WasmPlugin: it has "allowOnHeadersStopIteration": true, which Istio cannot set there: requests with a body, such as POST, would hang; it has a "vmConfiguration", which Istio has no field for: the VM would start without; as-proxy-wasm manifest istio-envoyfilter, envoy or envoy-ecds can say all of it\n',
    );
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  });

  test("an index is never pinned", async () => {
    const image = registry.manifests.get(digests.manifestDigest)!;
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.imageIndex,
        manifests: [
          { mediaType: mediaTypes.imageManifest, digest: digests.manifestDigest, size: image.bytes.length },
        ],
      }),
    );
    registry.manifests.set("multi", { ...image, bytes, mediaType: mediaTypes.imageIndex });
    const { stdout, stderr, exitCode } = await runCommand([
      ...[
        "manifest",
        "istio",
        `${registry.host}/filters/my-filter:multi`,
        "-C",
        project.folder,
        "--selector",
        "a=b",
      ],
    ]);
    expect(stderr).toMatch(/^error: \S+my-filter:multi@sha256:[0-9a-f]{64} is an index, and what is pinned/);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  });
});

describe("manifest kubernetes-secret", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "secret-"));
    vi.stubEnv("DOCKER_CONFIG", folder);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  const auth = Buffer.from("me:s3cret").toString("base64");
  const decoded = (stdout: string): unknown => {
    const secret = parse(stdout) as { data: { ".dockerconfigjson": string } };
    return JSON.parse(Buffer.from(secret.data[".dockerconfigjson"], "base64").toString());
  };

  test("takes what a login left, whatever image of the registry is named", async () => {
    const closed = await startRegistry(demand(`Basic ${auth}`, 'Basic realm="r"'));
    try {
      await login(closed.host, { username: "me", password: "s3cret" });
      const { stdout, stderr, exitCode } = await runCommand([
        ...["manifest", "kubernetes-secret", `oci://${closed.host}/a/b:v1`, "-n", "prod"],
      ]);
      expect(exitCode, stderr).toBe(0);
      expect(parse(stdout)).toMatchObject({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: expect.stringMatching(/^127-0-0-1-\d+-pull$/) as string, namespace: "prod" },
        type: "kubernetes.io/dockerconfigjson",
      });
      expect(decoded(stdout)).toEqual({ auths: { [closed.host]: { auth } } });
      expect(stderr).toMatch(/^next: kubectl apply it in the namespace of the plugin/);
      expect(stderr).not.toMatch(/s3cret|bWU6czNjcmV0/);
    } finally {
      await closed.stop();
    }
  });

  test("takes what is given, and knows Docker Hub's key", async () => {
    const { stdout } = await runCommand(
      ["manifest", "kubernetes-secret", "docker.io", "--name", "hub", "-u", "me", "--password-stdin"],
      { input: "s3cret\n" },
    );
    expect(parse(stdout)).toMatchObject({ metadata: { name: "hub" } });
    expect(decoded(stdout)).toEqual({ auths: { "https://index.docker.io/v1/": { auth } } });
  });

  test("without credentials says how to get them", async () => {
    const { stdout, stderr, exitCode } = await runCommand(["manifest", "kubernetes-secret", "ghcr.io"]);
    expect(stderr).toBe(
      "error: nothing is known that would let anybody into ghcr.io; log in with as-proxy-wasm login ghcr.io, or give --username and --password-stdin\n",
    );
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });
});
