import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.js";
import { access, asProxyWasm, asProxyWasmJson, copyBetween, ourCopy } from "../clients/as-proxy-wasm.js";
import { address, type Image } from "../clients/client.js";
import { orasFlags } from "../clients/oras.js";
import { run } from "../processes.js";
import { registries } from "../registries/index.js";
import { environment, type Place } from "../registries/place.js";

const README = "application/vnd.example.readme";
const SBOM = "application/vnd.example.sbom";

/** What one client attaches, the other discovers: by the referrers API, or under the fallback tag where there is none. */
export async function checkReferrers(bench: Bench): Promise<void> {
  const { checks } = bench;
  const filter = await bench.filter("compat");
  const program = await bench.tools.oras;
  const folder = await bench.freshFolder("referrers");
  await writeFile(join(folder, "README.md"), "# header-transform\n");
  await writeFile(join(folder, "sbom.json"), "{}\n");

  for (const registry of registries) {
    const place = await bench.place(registry);
    const image: Image = { place, repository: "referrers/filter", tag: "v1" };
    await ourCopy.push(filter.folder, image);
    const { flags, options } = access(place);
    const oras = (...args: readonly string[]) => run(program, args, { cwd: folder, env: environment(place) });
    const byOras = async (from = image) => {
      const flags = ["--format=json", ...orasFlags(from.place)];
      const { stdout } = await run(program, ["discover", ...flags, address(from)], {
        env: environment(from.place),
      });
      return (JSON.parse(stdout) as { referrers: readonly Referrer[] }).referrers;
    };
    const byUs = async () =>
      (
        await asProxyWasmJson<{ referrers: readonly Referrer[] }>(
          ["discover", address(image), ...flags],
          options,
        )
      ).referrers;

    await checks.check(`${place.name}: attached by us, discovered by oras`, async () => {
      await asProxyWasm(
        ["attach", address(image), "README.md:text/markdown", "--artifact-type", README, ...flags],
        { ...options, cwd: folder },
      );
      assert.deepEqual(typesOf(await byOras()), [README]);
    });
    await checks.check(`${place.name}: attached by oras, discovered by us`, async () => {
      await oras(
        "attach",
        ...orasFlags(place),
        "--artifact-type",
        SBOM,
        address(image),
        "sbom.json:application/json",
      );
      assert.deepEqual(typesOf(await byUs()), [README, SBOM]);
      assert.deepEqual(typesOf(await byOras()), [README, SBOM]);
    });
    await checks.check(`${place.name}: copied with both to another registry`, async () => {
      const first = await bench.place(registries[0]!);
      const to: Image = {
        place: first,
        repository: `referrers/copy-${registries.indexOf(registry)}`,
        tag: "v1",
      };
      const logins = await bench.dockerConfig(place, first);
      await copyBetween(image, to, logins, "--recursive");
      assert.deepEqual(typesOf(await byOras(to)), [README, SBOM]);
    });
    await checks.check(`${place.name}: ${fallback(place)}`, async () => {
      const { stdout } = await oras("repo", "tags", ...orasFlags(place), `${place.host}/${image.repository}`);
      const tag = filter.manifestDigest.replace(":", "-");
      assert.deepEqual(stdout.trim().split("\n").toSorted(), place.referrersApi ? ["v1"] : [tag, "v1"]);
    });
  }
}

const fallback = ({ referrersApi }: Place): string =>
  referrersApi ? "the API lists them, so there is no fallback tag" : "they are listed under the fallback tag";

interface Referrer {
  readonly artifactType: string;
}

const typesOf = (referrers: readonly Referrer[]): string[] =>
  referrers.map(({ artifactType }) => artifactType).toSorted();
