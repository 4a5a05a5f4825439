import assert from "node:assert/strict";
import { join } from "node:path";
import { execPath } from "node:process";
import { repository } from "../../lab/index.js";
import { run, type RunOptions } from "../processes.js";
import { environment, type Place } from "../registries/place.js";
import { address, type Client, type Image, LAYOUT_TAG } from "./client.js";

/** The command line's entry, for Node. */
export const program = join(repository, "cli", "dist", "main.js");

/** Runs the command line as users do. */
export const asProxyWasm = (args: readonly string[], options: RunOptions = {}) =>
  run(execPath, [program, ...args], options);

/** What a verb prints with `--json`. */
export async function asProxyWasmJson<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
  return JSON.parse((await asProxyWasm([...args, "--json"], options)).stdout) as T;
}

/** The options that let a verb into a registry; `copy` has two sides. */
export const flagsFor = ({ ca }: Place, side: "" | "from-" | "to-" = ""): readonly string[] =>
  ca === undefined ? [`--${side}plain-http`] : [`--${side}ca-file`, ca];

/** The same, and the environment. */
export const access = (
  place: Place,
): { readonly flags: readonly string[]; readonly options: RunOptions } => ({
  flags: flagsFor(place),
  options: { env: environment(place) },
});

/** `verify --for istio` says of an image that Istio loads it, or that it does not. */
export async function requireVerdict(
  reference: string,
  loads: boolean,
  flags: readonly string[] = [],
  options: RunOptions = {},
): Promise<void> {
  const { verdicts } = await asProxyWasmJson<{ verdicts: readonly { readonly loads: boolean }[] }>(
    ["verify", reference, "--for", "istio", ...flags],
    { ...options, expect: loads ? 0 : 1 },
  );
  assert.deepEqual(
    verdicts.map((verdict) => verdict.loads),
    [loads],
  );
}

/** Our `copy`, which does what the other clients do. */
export const ourCopy: Client = {
  name: "as-proxy-wasm copy",
  async pull(image, folder) {
    await asProxyWasm(
      ["copy", address(image), `${folder}:${LAYOUT_TAG}`, ...flagsFor(image.place, "from-")],
      access(image.place).options,
    );
  },
  async push(folder, image) {
    await asProxyWasm(
      ["copy", `${folder}:${LAYOUT_TAG}`, address(image), ...flagsFor(image.place, "to-")],
      access(image.place).options,
    );
  },
};

/** From one registry to another, with the logins of both; gives what `copy --json` prints. */
export const copyBetween = (from: Image, to: Image, dockerConfig: string, ...flags: readonly string[]) =>
  asProxyWasmJson<{ readonly copied: number; readonly mounted: number; readonly existed: number }>(
    [
      ...["copy", address(from), address(to)],
      ...[...flagsFor(from.place, "from-"), ...flagsFor(to.place, "to-"), ...flags],
    ],
    { env: { DOCKER_CONFIG: dockerConfig } },
  );
