import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { copy, OciLayout, Repository } from "oras-js";
import { end, startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import type { Bench } from "../bench.js";
import { asProxyWasm, program } from "../clients/as-proxy-wasm.js";
import { type Fault, faults, passwordDemanded } from "../faults.js";
import type { PackagedFilter } from "../images.js";
import { run } from "../processes.js";
import { close, listen } from "../registries/ports.js";
import { user, writeDockerConfig } from "../registries/place.js";

/** Push and pull with a registry that fails in every way: success, or a sentence; nothing half; no secret. */
export async function checkFaults(bench: Bench): Promise<void> {
  const filter = await bench.filter("compat");
  for (const fault of faults) {
    const outcome = fault.said === undefined ? "gets through" : "gives up";
    await bench.checks.check(`${fault.verb} ${outcome}: ${fault.name}`, () =>
      withFault(bench, filter, fault),
    );
  }
  await bench.checks.check("pull follows a redirect to another origin, without credentials", () =>
    pullThroughRedirect(bench, filter),
  );
  await bench.checks.check("two pushes at once: both get through, and the tag is whole", () =>
    pushTwice(bench, filter),
  );
  await bench.checks.check("pull with a full disk: a sentence, and no file", () =>
    pullToFullDisk(bench, filter),
  );
  for (const verb of ["push", "pull"] as const) {
    await bench.checks.check(`${verb}, interrupted by Ctrl-C: nothing half stays`, () =>
      interrupt(bench, filter, verb),
    );
  }
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
}

/** A registry that asks for a password, the folder in which a verb runs, and what it may not say. */
class Scene {
  private constructor(
    readonly registry: TestRegistry,
    readonly filter: PackagedFilter,
    readonly folder: string,
    readonly dockerConfig: string,
  ) {}

  static async open(bench: Bench, filter: PackagedFilter): Promise<Scene> {
    const registry = await startRegistry(passwordDemanded);
    const config = await writeDockerConfig(await bench.freshFolder("docker-config"), {
      [registry.host]: user,
    });
    return new Scene(registry, filter, await bench.freshFolder("faults"), config);
  }

  get reference(): string {
    return `${this.registry.host}/filters/faults:v1`;
  }

  words(verb: "push" | "pull"): readonly string[] {
    return verb === "push"
      ? ["push", this.reference, "-C", this.filter.project]
      : ["pull", this.reference, "-o", "out.wasm"];
  }

  get options() {
    return { cwd: this.folder, env: { DOCKER_CONFIG: this.dockerConfig } };
  }

  async run(verb: "push" | "pull", exitCode: number): Promise<Outcome> {
    const outcome = await asProxyWasm(this.words(verb), { ...this.options, expect: exitCode });
    requireNoSecret(outcome);
    return outcome;
  }

  /** Puts the image there without asking the verbs. */
  async fill(): Promise<void> {
    const repository = new Repository(`${this.registry.host}/filters/faults`, { credentials: user });
    await copy(await OciLayout.open(this.filter.folder), "v1", repository, "v1");
  }

  /** The image is in the registry, or the module in the folder: whole. */
  async requireDone(verb: "push" | "pull"): Promise<void> {
    if (verb === "pull") {
      assert.deepEqual(await readdir(this.folder), ["out.wasm"]);
      assert.deepEqual(await readFile(join(this.folder, "out.wasm")), this.filter.wasm);
      return;
    }
    const tagged = this.registry.manifests.get("v1");
    const sent = this.registry.manifests.get(this.filter.manifestDigest);
    assert.ok(tagged !== undefined && sent !== undefined && tagged.bytes.equals(sent.bytes));
    const blobs = await readdir(join(this.filter.folder, "blobs", "sha256"));
    for (const hex of blobs.filter((name) => `sha256:${name}` !== this.filter.manifestDigest)) {
      assert.ok(this.registry.blobs.has(`sha256:${hex}`), hex);
    }
  }

  /** Neither is anything half there. */
  async requireNothing(verb: "push" | "pull"): Promise<void> {
    if (verb === "push") assert.ok(!this.registry.manifests.has("v1"), "there is a tag");
    assert.deepEqual(await readdir(this.folder), []);
  }

  close(): Promise<void> {
    return this.registry.stop();
  }
}

async function scene(
  bench: Bench,
  filter: PackagedFilter,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const opened = await Scene.open(bench, filter);
  try {
    await play(opened);
  } finally {
    await opened.close();
  }
}

function requireNoSecret({ stdout, stderr }: Outcome): void {
  const auth = Buffer.from(`${user.username}:${user.password}`).toString("base64");
  for (const secret of [user.password, auth, "secret-"]) assert.ok(!`${stdout}${stderr}`.includes(secret));
}

const withFault = (bench: Bench, filter: PackagedFilter, { verb, intercept, said, afterwards }: Fault) =>
  scene(bench, filter, async (it) => {
    if (verb === "pull") await it.fill();
    it.registry.intercept = intercept(it.registry);
    const { stderr } = await it.run(verb, said === undefined ? 0 : 1);
    if (said === undefined) return it.requireDone(verb);
    assert.match(stderr, said);
    assert.match(stderr, /^error: [^\n]+\n$/m);
    if (afterwards !== "tagged") await it.requireNothing(verb);
  });

const pullThroughRedirect = (bench: Bench, filter: PackagedFilter) =>
  scene(bench, filter, async (it) => {
    await it.fill();
    const authorizations: unknown[] = [];
    const storage = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      response.end(it.registry.blobs.get(request.url?.split("/").at(-1) ?? ""));
    });
    const elsewhere = await listen(storage);
    try {
      it.registry.intercept = (request, response) => {
        if (request.method !== "GET" || !request.path.includes("/blobs/"))
          return passwordDemanded(request, response);
        end(response, 307, { location: `http://${elsewhere}${request.path}` });
        return true;
      };
      await it.run("pull", 0);
      await it.requireDone("pull");
      assert.ok(authorizations.length > 0, "nobody came");
      assert.ok(authorizations.every((authorization) => authorization === undefined));
    } finally {
      await close(storage);
    }
  });

const pushTwice = (bench: Bench, filter: PackagedFilter) =>
  scene(bench, filter, async (it) => {
    await Promise.all([it.run("push", 0), it.run("push", 0)]);
    await it.requireDone("push");
  });

/** A limit on the size of files stands for the disk: whoever writes is told so in the middle of it. */
const pullToFullDisk = (bench: Bench, filter: PackagedFilter) =>
  scene(bench, filter, async (it) => {
    await it.fill();
    const outcome = await run("prlimit", ["--fsize=1000", process.execPath, program, ...it.words("pull")], {
      ...it.options,
      expect: 1,
    });
    requireNoSecret(outcome);
    assert.match(outcome.stderr, /^error: [^\n]*out\.wasm[^\n]*\n$/m);
    await it.requireNothing("pull");
  });

const interrupt = (bench: Bench, filter: PackagedFilter, verb: "push" | "pull") =>
  scene(bench, filter, async (it) => {
    await it.fill();
    it.registry.manifests.delete("v1");
    if (verb === "pull") await it.fill();
    const hangs = new Promise<void>((reached) => {
      it.registry.intercept = async (request, response) => {
        const manifest = request.path.includes("/manifests/");
        if (request.method !== (verb === "push" ? "PUT" : "GET") || (verb === "pull" && manifest)) {
          return passwordDemanded(request, response);
        }
        reached();
        return true;
      };
    });
    const child = spawn(process.execPath, [program, ...it.words(verb)], {
      cwd: it.folder,
      env: { ...process.env, ...it.options.env },
      stdio: "ignore",
    });
    const ended = once(child, "close");
    await hangs;
    child.kill("SIGINT");
    assert.deepEqual(await ended, [130, null]);
    await it.requireNothing(verb);
  });
