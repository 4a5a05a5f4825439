import assert from "node:assert/strict";
import { join } from "node:path";
import { copy, hexOf, Repository } from "oras-js";
import { writeDockerConfig } from "./authentication.mjs";
import { compatImage, emptyModule } from "./compat-image.mjs";
import { startRegistry, user } from "./docker-registry.mjs";

/** What oras-js pushed, fetched with the code Istio's agent runs. */
export async function checkIstio(checks, folder, building) {
  const { host } = await startRegistry(folder);
  const { store, manifest } = await compatImage(emptyModule);
  await copy(store, "v1", new Repository(`${host}/filters/hello`), "v1");
  const url = `oci://${host}/filters/hello`;
  const pin = hexOf(manifest.digest);

  const istioFetch = await checks.check("Istio's fetcher builds", () => building);
  const fetched = async (name, reference, options) =>
    checks.check(name, async () => {
      assert.ok(istioFetch, "Istio's fetcher was not built");
      const { wasm, digest } = await istioFetch(reference, options);
      assert.deepEqual(wasm, emptyModule);
      assert.equal(digest, pin);
    });
  const refused = async (name, reference, options, reason) =>
    checks.check(name, async () => {
      assert.ok(istioFetch, "Istio's fetcher was not built");
      await assert.rejects(istioFetch(reference, options), { message: reason });
    });

  await fetched("Istio: by tag, the same bytes", `${url}:v1`);
  await fetched("Istio: by tag and digest", `${url}:v1@${manifest.digest}`);
  await fetched("Istio: sha256 is the manifest's digest", `${url}:v1`, { sha256: pin });
  await refused(
    "Istio: another sha256 is refused",
    `${url}:v1`,
    { sha256: "0".repeat(64) },
    /which does not match: 0{64}/,
  );

  const locked = await startRegistry(folder, { basic: true });
  await copy(store, "v1", new Repository(`${locked.host}/filters/hello`, { credentials: user }), "v1");
  const right = join(folder, "pull-secret-right", "config.json");
  const wrong = join(folder, "pull-secret-wrong", "config.json");
  await writeDockerConfig(right, locked.host);
  await writeDockerConfig(wrong, locked.host, { username: user.username, password: "not-the-password" });
  const lockedUrl = `oci://${locked.host}/filters/hello:v1`;
  await fetched("Istio, basic auth: the right pull secret", lockedUrl, { pullSecret: right });
  await refused(
    "Istio, basic auth: a wrong pull secret is refused",
    lockedUrl,
    { pullSecret: wrong },
    /UNAUTHORIZED/,
  );
  await refused("Istio, basic auth: no pull secret is refused", lockedUrl, {}, /UNAUTHORIZED/);
}
