import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.js";
import { access, asProxyWasm, ourCopy, requireVerdict } from "../clients/as-proxy-wasm.js";
import { address, type Client, type Image } from "../clients/client.js";
import { crane } from "../clients/crane.js";
import { type IstioFetch, istioFetcher } from "../clients/istio.js";
import { oras } from "../clients/oras.js";
import { skopeo } from "../clients/skopeo.js";
import { layouts, type PackagedFilter } from "../images.js";
import { registries } from "../registries/index.js";
import { requireSameImage } from "../same-image.js";

/** Every layout through every registry: pushed by us and pulled by everybody, pushed by everybody and pulled by us. */
export async function checkMatrix(bench: Bench): Promise<void> {
  const { checks, folder, tools } = bench;
  const others: readonly Client[] = [oras(await tools.oras), crane(await tools.crane), skopeo];
  const istio = istioFetcher(await tools.istiofetch, folder);
  const filters = await Promise.all(layouts.map(({ name }) => bench.filter(name)));

  for (const registry of registries) {
    const place = await checks.check(`${registry.name} starts`, () => bench.place(registry));
    if (place === undefined) continue;
    for (const filter of filters) {
      const pushed: Image = { place, repository: `filters/${filter.layout}`, tag: "pushed" };
      const cell = new Cell(bench, filter, `${place.name}, ${filter.layout}`);
      await cell.pushedByUs(pushed);
      for (const client of [...others, ourCopy]) await cell.pulledBy(client, pushed);
      await cell.fetchedByIstio(istio, pushed);
      for (const client of others) {
        // Nothing of it is there before: each push sends every byte.
        await cell.pushedBy(client, { place, repository: `by-${client.name}/${filter.layout}`, tag: "v1" });
      }
    }
  }
}

/** One registry, one layout. */
class Cell {
  constructor(
    readonly bench: Bench,
    readonly filter: PackagedFilter,
    readonly name: string,
  ) {}

  #check(name: string, action: () => Promise<void>): Promise<void> {
    return this.bench.checks.check(`${this.name}: ${name}`, action);
  }

  pushedByUs(image: Image): Promise<void> {
    return this.#check("pushed by as-proxy-wasm, and pulled", async () => {
      const { flags, options } = access(image.place);
      const { stdout } = await asProxyWasm(
        ["push", address(image), "-C", this.filter.project, ...flags],
        options,
      );
      assert.equal(stdout.trim(), `${address(image)}@${this.filter.manifestDigest}`);
      await this.#pullModule(image);
    });
  }

  pulledBy(client: Client, image: Image): Promise<void> {
    return this.#check(`pulled by ${client.name}`, () => this.#pullImage(client, image));
  }

  pushedBy(client: Client, image: Image): Promise<void> {
    return this.#check(`pushed by ${client.name}, pulled by as-proxy-wasm`, async () => {
      await client.push(this.filter.folder, image);
      await this.#pullModule(image);
      await this.#pullImage(ourCopy, image);
    });
  }

  async fetchedByIstio(istio: IstioFetch, image: Image): Promise<void> {
    const { filter } = this;
    const { hiddenFromIstio, dockerConfig, ca } = image.place;
    const name = `${filter.inIstio ? "fetched" : "refused"} by Istio`;
    if (hiddenFromIstio !== undefined) {
      this.bench.checks.skip(`${this.name}: ${name}`, hiddenFromIstio);
      return;
    }
    await this.#check(`${name}, as verify says`, async () => {
      const { flags, options } = access(image.place);
      await requireVerdict(address(image), filter.inIstio, flags, options);
      const fetched = istio(`oci://${address(image)}`, {
        dockerConfig,
        ...(ca === undefined ? {} : { ca }),
      });
      if (!filter.inIstio) {
        await assert.rejects(fetched, /could not parse as compat|number of layers/);
        return;
      }
      const { wasm, digest } = await fetched;
      assert.deepEqual(wasm, filter.wasm);
      assert.equal(`sha256:${digest}`, filter.manifestDigest);
    });
  }

  async #pullModule(image: Image): Promise<void> {
    const file = join(await this.bench.freshFolder("module"), "plugin.wasm");
    const { flags, options } = access(image.place);
    await asProxyWasm(["pull", address(image), "-o", file, ...flags], options);
    assert.deepEqual(await readFile(file), this.filter.wasm);
  }

  async #pullImage(client: Client, image: Image): Promise<void> {
    const folder = join(await this.bench.freshFolder("pulled"), "oci");
    await client.pull(image, folder);
    await requireSameImage(folder, this.filter.folder, this.filter.manifestDigest);
  }
}
