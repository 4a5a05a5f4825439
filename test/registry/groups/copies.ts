import assert from "node:assert/strict";
import { join } from "node:path";
import type { Bench } from "../bench.js";
import { asProxyWasm, copyBetween, ourCopy } from "../clients/as-proxy-wasm.js";
import { type Image, LAYOUT_TAG } from "../clients/client.js";
import { copy as skopeoCopy } from "../clients/skopeo.js";
import { run } from "../processes.js";
import { registries } from "../registries/index.js";
import { requireSameImage } from "../same-image.js";

/** `copy` from registry to registry, and the folders and tars that it writes, read by others; and theirs, read by us. */
export async function checkCopies(bench: Bench): Promise<void> {
  await betweenRegistries(bench);
  await betweenFiles(bench);
}

/** Once around: from each registry to the next, and from the last to the first; then within each. */
async function betweenRegistries(bench: Bench): Promise<void> {
  const filter = await bench.filter("compat");
  const places = await Promise.all(registries.map((registry) => bench.place(registry)));
  const dockerConfig = await bench.dockerConfig(...places);
  const copied = async (from: Image, to: Image) => {
    const counts = await copyBetween(from, to, dockerConfig);
    const folder = join(await bench.freshFolder("copies"), "oci");
    await ourCopy.pull(to, folder);
    await requireSameImage(folder, filter.folder, filter.manifestDigest);
    return counts;
  };

  let from: Image = { place: places[0]!, repository: "copies/start", tag: "v1" };
  await ourCopy.push(filter.folder, from);
  for (const place of [...places.slice(1), places[0]!]) {
    const [source, to] = [from, { place, repository: "copies/filter", tag: "v1" }];
    await bench.checks.check(`copy: ${source.place.name} -> ${place.name}`, () => copied(source, to));
    await bench.checks.check(`copy: inside of ${place.name}, nothing is sent but the manifest`, async () => {
      const { mounted } = await copied(to, { place, repository: "copies/mounted", tag: "v1" });
      assert.equal(mounted, 2);
    });
    from = to;
  }
}

/** Who moves an image from one place on disk to another. */
type Mover = (from: string, to: string) => Promise<unknown>;

async function betweenFiles(bench: Bench): Promise<void> {
  const { checks } = bench;
  const filter = await bench.filter("compat");
  const program = await bench.tools.oras;
  const ours: Mover = (from, to) => asProxyWasm(["copy", `${from}:${LAYOUT_TAG}`, `${to}:${LAYOUT_TAG}`]);
  const oras: Mover = (from, to) =>
    run(program, ["copy", "--from-oci-layout", `${from}:v1`, "--to-oci-layout", `${to}:v1`]);
  const skopeo: Mover = (from, to) => skopeoCopy([skopeoName(from), skopeoName(to)]);

  /** Each is written by one and read by the other; at the end is a folder that we can look into. */
  const roads: readonly { readonly name: string; readonly steps: readonly (readonly [Mover, string])[] }[] = [
    {
      name: "a folder of ours, read by oras",
      steps: [
        [ours, "a"],
        [oras, "b"],
      ],
    },
    {
      name: "a folder of ours, read by skopeo",
      steps: [
        [ours, "a"],
        [skopeo, "b"],
      ],
    },
    {
      name: "a tar of ours, read by oras",
      steps: [
        [ours, "a.tar"],
        [oras, "b"],
      ],
    },
    {
      name: "a tar of ours, read by skopeo",
      steps: [
        [ours, "a.tar"],
        [skopeo, "b"],
      ],
    },
    {
      name: "a folder of oras's, read by us",
      steps: [
        [oras, "a"],
        [ours, "b"],
      ],
    },
    {
      name: "a folder of skopeo's, read by us",
      steps: [
        [skopeo, "a"],
        [ours, "b"],
      ],
    },
    {
      name: "a tar of skopeo's, read by us",
      steps: [
        [skopeo, "a.tar"],
        [ours, "b"],
      ],
    },
    {
      name: "a tar of ours, read by us",
      steps: [
        [ours, "a.tar"],
        [ours, "b"],
      ],
    },
  ];
  for (const { name, steps } of roads) {
    await checks.check(`copy: ${name}`, async () => {
      const folder = await bench.freshFolder("files");
      let from = filter.folder;
      for (const [move, to] of steps) {
        await move(from, join(folder, to));
        from = join(folder, to);
      }
      await requireSameImage(from, filter.folder, filter.manifestDigest);
    });
  }
}

const skopeoName = (path: string): string =>
  `${path.endsWith(".tar") ? "oci-archive" : "oci"}:${path}:${LAYOUT_TAG}`;
