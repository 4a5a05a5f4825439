import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { OciLayout, pack, pushBytes } from "oras-js";
import { median } from "../statistics.js";
import type { Bed } from "./bed.js";
import { timed } from "./processes.js";

/** `push` of a filter of 30 kB beside a Node that does nothing, and oras: whole processes, in turns. */
export async function measureStart(bed: Bed, rounds: number): Promise<readonly string[]> {
  const layout = await filterOf30kB(join(bed.folder, "filter"));
  const seconds = { node: [] as number[], push: [] as number[], oras: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    // A new repository each time: nothing is there, everything is sent.
    const node = await timed([process.execPath, "-e", "0"]);
    const push = await timed([
      ...bed.ours,
      "push",
      `${bed.host}/ours/filter-${round + 1}:v1`,
      "--from",
      layout,
    ]);
    const oras = await timed([
      ...[bed.oras, "copy", "--to-plain-http", "--from-oci-layout", `${layout}:v1`],
      `${bed.host}/oras/filter-${round + 1}:v1`,
    ]);
    // The first round reads files that later ones find in memory.
    if (round < 0) continue;
    seconds.node.push(node.seconds);
    seconds.push.push(push.seconds);
    seconds.oras.push(oras.seconds);
  }
  const milliseconds = (values: readonly number[]) => `${(median(values) * 1000).toFixed(0)} ms`;
  const ratio = median(seconds.push) / median(seconds.node);
  return [
    `push of a 30 kB filter ${milliseconds(seconds.push)}, node -e 0 ${milliseconds(seconds.node)}: ${ratio.toFixed(2)} ×  (at most 2.5)`,
    `  oras with the same image ${milliseconds(seconds.oras)}`,
  ];
}

async function filterOf30kB(folder: string): Promise<string> {
  const layout = await OciLayout.create(folder);
  const layer = await pushBytes(layout, "application/vnd.oci.image.layer.v1.tar+gzip", randomBytes(30_000));
  const config = await pushBytes(layout, "application/vnd.oci.image.config.v1+json", Buffer.from("{}"));
  await layout.tag(await pack(layout, { config, layers: [layer] }), "v1");
  return folder;
}
