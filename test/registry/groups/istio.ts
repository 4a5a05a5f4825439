import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copy, hexOf, Repository } from "oras-js";
import type { Bench } from "../bench.js";
import { asProxyWasmJson } from "../clients/as-proxy-wasm.js";
import { type FetchOptions, istioFetcher } from "../clients/istio.js";
import { compatImage, emptyModule } from "../compat-image.js";
import { startDistribution } from "../registries/distribution.js";
import { DEBIAN } from "../registries/index.js";
import { stranger, user, writeDockerConfig } from "../registries/place.js";

/** How a WasmPlugin names an image, and how its pull secret lets Istio's agent in. */
export async function checkIstio({ checks, folder, tools }: Bench): Promise<void> {
  const open = await startDistribution(folder, { command: DEBIAN });
  const locked = await startDistribution(folder, { command: DEBIAN, basic: true });
  const { store, manifest } = await compatImage();
  await copy(store, "v1", new Repository(`${open}/filters/hello`), "v1");
  await copy(store, "v1", new Repository(`${locked}/filters/hello`, { credentials: user }), "v1");
  const openUrl = `oci://${open}/filters/hello:v1`;
  const lockedUrl = `oci://${locked}/filters/hello:v1`;
  const pin = hexOf(manifest.digest);
  const login = await writeDockerConfig(join(folder, "pull-secret-right"), { [locked]: user });
  const right = await pullSecret(locked, login);
  const wrong = await writeDockerConfig(join(folder, "pull-secret-wrong"), { [locked]: stranger });

  /** `refused`: what it says; absent: it loads. */
  const cases: readonly {
    readonly name: string;
    readonly url: string;
    readonly options?: FetchOptions;
    readonly refused?: RegExp;
  }[] = [
    { name: "by tag", url: openUrl },
    { name: "by tag and digest", url: `${openUrl}@${manifest.digest}` },
    { name: "sha256 is the manifest's digest", url: openUrl, options: { sha256: pin } },
    {
      name: "another sha256",
      url: openUrl,
      options: { sha256: "0".repeat(64) },
      refused: /which does not match: 0{64}/,
    },
    {
      name: "basic auth, the pull secret that manifest kubernetes-secret makes of a login",
      url: lockedUrl,
      options: { pullSecret: right },
    },
    {
      name: "basic auth, a wrong pull secret",
      url: lockedUrl,
      options: { pullSecret: join(wrong, "config.json") },
      refused: /UNAUTHORIZED/,
    },
    { name: "basic auth, no pull secret", url: lockedUrl, refused: /UNAUTHORIZED/ },
  ];
  const fetch = istioFetcher(await tools.istiofetch, folder);
  for (const { name, url, options, refused } of cases) {
    await checks.check(
      `Istio, ${name}: ${refused === undefined ? "the same bytes" : "refused"}`,
      async () => {
        if (refused !== undefined) {
          await assert.rejects(fetch(url, options), { message: refused });
          return;
        }
        const { wasm, digest } = await fetch(url, options);
        assert.deepEqual(wasm, emptyModule);
        assert.equal(digest, pin);
      },
    );
  }
}

/** What a cluster keeps of the Secret, as a file beside the login that it was made of. */
async function pullSecret(host: string, dockerConfig: string): Promise<string> {
  const secret = await asProxyWasmJson<{ readonly data: Readonly<Record<string, string>> }>(
    ["manifest", "kubernetes-secret", host],
    { env: { DOCKER_CONFIG: dockerConfig } },
  );
  const file = join(dockerConfig, "dockerconfigjson");
  await writeFile(file, Buffer.from(secret.data[".dockerconfigjson"]!, "base64"));
  return file;
}
