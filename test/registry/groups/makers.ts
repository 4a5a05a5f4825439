import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Bench } from "../bench.js";
import { asProxyWasm } from "../clients/as-proxy-wasm.js";
import { LAYOUT_TAG } from "../clients/client.js";
import { copy as skopeoCopy } from "../clients/skopeo.js";
import type { PackagedFilter } from "../images.js";
import { run } from "../processes.js";
import { startDistribution } from "../registries/distribution.js";
import { DEBIAN } from "../registries/index.js";
import { tarOf } from "../tar.js";

interface Programs {
  readonly oras: string;
  readonly crane: string;
}

/** A way in which people make images of filters with tools of their own. */
interface Maker {
  readonly name: string;
  /** Makes the image, in a folder with plugin.wasm and plugin.tar.gz. */
  make(reference: string, folder: string, programs: Programs, filter: PackagedFilter): Promise<unknown>;
  /** What `pull` says, where no consumer would load the image either. */
  readonly refused?: RegExp;
}

const moduleType = "application/vnd.module.wasm.content.layer.v1+wasm";
const orasPush = (oras: string, cwd: string, ...args: readonly string[]) =>
  run(oras, ["push", "--plain-http", ...args], { cwd });

const makers: readonly Maker[] = [
  {
    name: "oras push of the module and its configuration",
    make: (reference, folder, { oras }) =>
      orasPush(
        oras,
        folder,
        reference,
        ...["--config", "config.json:application/vnd.module.wasm.config.v1+json"],
        ...["config.json:application/vnd.module.wasm.config.v1+json", `plugin.wasm:${moduleType}`],
      ),
  },
  {
    name: "oras push of a tar+gzip",
    make: (reference, folder, { oras }) =>
      orasPush(oras, folder, reference, "plugin.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip"),
  },
  {
    name: "oras push of the module as application/wasm",
    make: (reference, folder, { oras }) =>
      orasPush(
        oras,
        folder,
        reference,
        ...["--config", "wasm-config.json:application/vnd.wasm.config.v0+json"],
        "plugin.wasm:application/wasm",
      ),
  },
  {
    name: "oras push of the module alone",
    make: (reference, folder, { oras }) => orasPush(oras, folder, reference, `plugin.wasm:${moduleType}`),
    refused: /one layer/,
  },
  {
    name: "crane append to nothing",
    make: (reference, folder, { crane }) =>
      run(crane, ["append", "--insecure", "--new_layer", "plugin.tar.gz", "--new_tag", reference], {
        cwd: folder,
      }),
  },
  {
    name: "crane append to nothing, as OCI",
    make: (reference, folder, { crane }) =>
      run(
        crane,
        ["append", "--insecure", "--oci-empty-base", "--new_layer", "plugin.tar.gz", "--new_tag", reference],
        { cwd: folder },
      ),
  },
  {
    name: "crane push of what docker save writes",
    make: async (reference, folder, { crane }, filter) => {
      const file = join(folder, "saved.tar");
      await skopeoCopy([`oci:${filter.folder}:${LAYOUT_TAG}`, `docker-archive:${file}:filters/saved:v1`], {
        converts: true,
      });
      await run(crane, ["push", "--insecure", file, reference]);
    },
  },
  {
    name: "skopeo copy to docker's manifest",
    make: (reference, _folder, _programs, filter) =>
      skopeoCopy(
        [
          ...["--format=v2s2", "--dest-tls-verify=false"],
          ...[`oci:${filter.folder}:${LAYOUT_TAG}`, `docker://${reference}`],
        ],
        { converts: true },
      ),
  },
];

/** What others make by hand, pulled by us. */
export async function checkMakers(bench: Bench): Promise<void> {
  const { checks, tools } = bench;
  const host = await startDistribution(bench.folder, { command: DEBIAN });
  const filter = await bench.filter("compat");
  const programs = { oras: await tools.oras, crane: await tools.crane };
  const folder = await bench.freshFolder("makers");
  await cp(filter.wasmFile, join(folder, "plugin.wasm"));
  await writeFile(
    join(folder, "plugin.tar.gz"),
    gzipSync(tarOf({ name: "plugin.wasm", bytes: filter.wasm })),
  );
  await writeFile(join(folder, "config.json"), "{}");

  await writeFile(
    join(folder, "wasm-config.json"),
    JSON.stringify({ created: "2026-01-01T00:00:00Z", architecture: "wasm", os: "wasip1", layerDigests: [] }),
  );

  for (const [number, { name, make, refused }] of makers.entries()) {
    await checks.check(
      `${name}: ${refused === undefined ? "pulled" : "refused"} by as-proxy-wasm`,
      async () => {
        const reference = `${host}/makers/${number}:v1`;
        await make(reference, folder, programs, filter);
        const file = join(folder, `pulled-${number}.wasm`);
        const pull = (expect: number) => asProxyWasm(["pull", reference, "-o", file], { expect });
        if (refused !== undefined) {
          assert.match((await pull(1)).stderr, refused);
          return;
        }
        await pull(0);
        assert.deepEqual(await readFile(file), filter.wasm);
      },
    );
  }
}
