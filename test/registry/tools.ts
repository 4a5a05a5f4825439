import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../lab/index.js";
import { MissingTool, run } from "./processes.js";

// Versions stand in tools/go.mod; Istio's code has one of its own, so that nothing else moves what it is built from.
const tools = join(repository, "test", "registry", "tools");
const istio = join(repository, "test", "registry", "istiofetch");
const programs = join(repository, ".cache", "go-bin");

/** In the order in which they are built: the quick ones and those that others wait for come first. */
const sources = {
  oras: { folder: tools, package: "oras.land/oras/cmd/oras" },
  crane: { folder: tools, package: "github.com/google/go-containerregistry/cmd/crane" },
  istiofetch: { folder: istio, package: "." },
  registry: { folder: tools, package: "github.com/distribution/distribution/v3/cmd/registry" },
  cosign: { folder: tools, package: "github.com/sigstore/cosign/v3/cmd/cosign" },
} as const;

type Tool = keyof typeof sources;

/** Where each program that was asked for stands, as soon as it is built. */
export type Tools = Readonly<Record<Tool, Promise<string>>>;

/**
 * Builds Go programs, one after the other and behind everything else that runs: the checks begin with what is there. Minutes
 * from empty caches, seconds afterwards. A failure to build is that of the checks that need the program.
 */
export async function buildTools(names: readonly Tool[] = Object.keys(sources) as Tool[]): Promise<Tools> {
  await requireGo();
  await mkdir(programs, { recursive: true });
  let before: Promise<unknown> = Promise.resolve();
  const builds = names.map((name) => {
    const build = before.then(() => install(name, sources[name]));
    before = build.catch(() => undefined);
    return [name, build];
  });
  return Object.fromEntries(builds) as Tools;
}

async function install(
  name: string,
  source: { readonly folder: string; readonly package: string },
): Promise<string> {
  await run("nice", ["go", "install", "-buildvcs=false", "-ldflags=-s -w", source.package], {
    cwd: source.folder,
    env: { GOBIN: programs },
  });
  return join(programs, name);
}

async function requireGo(): Promise<void> {
  try {
    await run("go", ["version"]);
  } catch (cause) {
    throw new MissingTool(
      "The registry test needs Go 1.26.7 or later, to build the clients it compares with: install Go (https://go.dev/dl) and try again.",
      { cause },
    );
  }
}
