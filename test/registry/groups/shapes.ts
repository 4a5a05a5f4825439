import assert from "node:assert/strict";
import { Repository } from "oras-js";
import { startRegistry } from "../../../oras-js/src/testing/registry.js";
import type { Bench } from "../bench.js";
import { requireVerdict } from "../clients/as-proxy-wasm.js";
import { type FetchedModule, istioFetcher } from "../clients/istio.js";
import { putShape, shapesOf } from "../shapes.js";

/** Images of every shape, good and bad: what Istio's fetcher does, and what `verify --for istio` says that it does. */
export async function checkShapes(bench: Bench): Promise<void> {
  const { wasm } = await bench.filter("compat");
  const fetch = istioFetcher(await bench.tools.istiofetch, bench.folder);
  // One that takes whatever it is given: it is Istio's word that counts.
  const registry = await startRegistry();
  registry.apart = true;
  bench.atEnd(registry.stop);

  for (const [number, shape] of shapesOf(wasm).entries()) {
    const { name, loads, pinned } = shape;
    await bench.checks.check(`Istio ${loads ? "loads" : "refuses"}, as verify says: ${name}`, async () => {
      const repository = `${registry.host}/shapes/${number}`;
      const target = new Repository(repository);
      const image = await putShape(shape, target);
      await target.tag(image, "v1");
      const reference = `${repository}:v1${pinned === undefined ? "" : `@${image.digest}`}`;
      const fetched = await fetch(`oci://${reference}`).catch((error: Error) => error);
      assert.equal(fetched instanceof Error, !loads, String(fetched));
      if (loads) assert.deepEqual((fetched as FetchedModule).wasm, wasm);
      await requireVerdict(reference, loads);
    });
  }
}
