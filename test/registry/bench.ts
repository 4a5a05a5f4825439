import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "./checks.js";
import { buildExample, type LayoutName, layouts, type PackagedFilter, packageFilter } from "./images.js";
import { type Place, writeDockerConfig } from "./registries/place.js";
import type { RegistryKind } from "./registries/index.js";
import type { Tools } from "./tools.js";

/** What every group of checks works with: the tools, one of each registry, a folder that is gone afterwards. */
export class Bench {
  readonly #places = new Map<RegistryKind, Promise<Place>>();
  readonly #filters = new Map<LayoutName, Promise<PackagedFilter>>();
  #module: Promise<string> | undefined;
  readonly #ends: (() => Promise<void>)[] = [];

  constructor(
    readonly checks: Checks,
    readonly folder: string,
    readonly tools: Tools,
  ) {}

  /** The registry of a kind, started when it is first asked for. */
  place(kind: RegistryKind): Promise<Place> {
    const place = this.#places.get(kind) ?? this.#start(kind);
    this.#places.set(kind, place);
    return place;
  }

  async #start(kind: RegistryKind): Promise<Place> {
    const { stop, ...place } = await kind.start(this.folder, this.tools);
    if (stop !== undefined) this.atEnd(stop);
    return { ...place, name: kind.name, dockerConfig: await this.dockerConfig(place) };
  }

  /** A folder with a config.json that lets one in everywhere. */
  async dockerConfig(...places: readonly Pick<Place, "host" | "user">[]): Promise<string> {
    const logins = places.flatMap(({ host, user }) => (user === undefined ? [] : [[host, user] as const]));
    return writeDockerConfig(await this.freshFolder("docker-config"), Object.fromEntries(logins));
  }

  /** The example, built once and packaged in a layout. */
  filter(name: LayoutName): Promise<PackagedFilter> {
    this.#module ??= buildExample();
    const layout = layouts.find((one) => one.name === name)!;
    const filter =
      this.#filters.get(name) ?? this.#module.then((wasm) => packageFilter(wasm, layout, this.folder));
    this.#filters.set(name, filter);
    return filter;
  }

  freshFolder(name: string): Promise<string> {
    return mkdtemp(join(this.folder, `${name}-`));
  }

  /** For servers that run in this process; programs are stopped by `stopAll`. */
  atEnd(end: () => Promise<void>): void {
    this.#ends.push(end);
  }

  async close(): Promise<void> {
    await Promise.all(this.#ends.map((end) => end()));
  }
}
