import { randomFillSync } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { OciLayout, pack, pushFile } from "oras-js";
import { median } from "../statistics.js";
import type { Bed } from "./bed.js";
import { type Run, timed } from "./processes.js";

/** A large blob up to the registry and down again, by us and by oras, in turns. */
export async function measureLargeBlob(
  bed: Bed,
  rounds: number,
  megabytes: number,
): Promise<readonly string[]> {
  const layout = await layoutWith(join(bed.folder, "large"), megabytes);
  const runs = { up: new Sides(), down: new Sides() };
  const plain = (side: "from" | "to") => `--${side}-plain-http`;
  for (let round = 0; round < rounds; round++) {
    const ours = `${bed.host}/ours/large-${round}:v1`;
    const theirs = `${bed.host}/oras/large-${round}:v1`;
    const fetched = join(bed.folder, "fetched");
    const up: readonly Turn[] = [
      [runs.up.ours, [...bed.ours, "copy", `${layout}:v1`, ours]],
      [runs.up.oras, [bed.oras, "copy", plain("to"), "--from-oci-layout", `${layout}:v1`, theirs]],
    ];
    const down: readonly Turn[] = [
      [runs.down.ours, [...bed.ours, "copy", ours, `${fetched}:v1`]],
      [runs.down.oras, [bed.oras, "copy", plain("from"), theirs, "--to-oci-layout", `${fetched}:v1`]],
    ];
    // Who comes first writes while the disk is still busy with what went before.
    for (const turns of [up, down]) {
      for (const [taken, command] of round % 2 === 0 ? turns : turns.toReversed()) {
        taken.push(await timed(command));
        await rm(fetched, { recursive: true, force: true });
      }
    }
  }
  return [runs.up.line(`${megabytes} MB up  `), runs.down.line(`${megabytes} MB down`)];
}

/** A command, and where its figures go. */
type Turn = readonly [taken: Run[], command: readonly string[]];

class Sides {
  readonly ours: Run[] = [];
  readonly oras: Run[] = [];

  line(what: string): string {
    const seconds = (runs: readonly Run[]) => median(runs.map((run) => run.seconds));
    const peak = (runs: readonly Run[]) =>
      `${Math.round(Math.max(...runs.map((run) => run.peakBytes)) / 1e6)} MB`;
    const ratio = seconds(this.ours) / seconds(this.oras);
    return (
      `${what} ${seconds(this.ours).toFixed(2)} s, oras ${seconds(this.oras).toFixed(2)} s: ${ratio.toFixed(2)} ×` +
      `  (at most 1.2)  memory ${peak(this.ours)}, oras ${peak(this.oras)}`
    );
  }
}

/** Noise, so that nobody compresses it on the way. */
async function layoutWith(folder: string, megabytes: number): Promise<string> {
  const layout = await OciLayout.create(folder);
  const path = join(folder, "noise");
  const file = await open(path, "w");
  const piece = Buffer.alloc(1_000_000);
  for (let count = 0; count < megabytes; count++) await file.write(randomFillSync(piece));
  await file.close();
  const layer = await pushFile(layout, "application/octet-stream", path);
  await rm(path);
  const manifest = await pack(layout, { artifactType: "application/vnd.example.noise", layers: [layer] });
  await layout.tag(manifest, "v1");
  return folder;
}
