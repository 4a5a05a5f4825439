import { describe, expect, test } from "vitest";
import { attach } from "../attach.js";
import { copy } from "../copy.js";
import { digestOf, hexOf } from "../digest.js";
import { discover } from "../discover.js";
import { extendedCopy } from "../extended-copy.js";
import { mediaTypes } from "../media-types.js";
import { MemoryStore } from "../memory-store.js";
import { artifact, open, registry, useRegistry } from "../testing/hello-repository.js";
import { end } from "../testing/registry.js";

useRegistry();

const sbom = { artifactType: "application/spdx+json", annotations: { by: "us" } };
const signature = { artifactType: "application/vnd.example.signature" };

describe.each([
  ["a registry with the referrers API", true],
  ["a registry without it: the list is under the fallback tag", false],
])("%s", (_, referrersApi) => {
  test("what is attached is discovered, by its type too, and gone when deleted", async () => {
    registry.referrersApi = referrersApi;
    const { store, manifest } = await artifact();
    const repository = open();
    await copy(store, "v1", repository);
    const first = await attach(repository, "v1", sbom);
    const second = await attach(repository, manifest, signature);
    expect(await discover(repository, manifest)).toEqual([
      { ...first, ...sbom },
      { ...second, ...signature },
    ]);
    expect(await discover(repository, manifest, { artifactType: signature.artifactType })).toEqual([
      { ...second, ...signature },
    ]);
    expect(registry.manifests.has(`sha256-${hexOf(manifest.digest)}`)).toBe(!referrersApi);

    await repository.delete(first);
    expect(await discover(repository, manifest)).toEqual([{ ...second, ...signature }]);
  });

  test("an extended copy takes the signature of the SBOM of an image in an index", async () => {
    registry.referrersApi = referrersApi;
    const { store, manifest } = await artifact();
    const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [manifest] };
    const bytes = new TextEncoder().encode(JSON.stringify(index));
    const all = { mediaType: mediaTypes.imageIndex, digest: digestOf(bytes), size: bytes.byteLength };
    await store.push(all, bytes);
    await store.tag(all, "all");
    const attached = await attach(store, manifest, sbom);
    const signed = await attach(store, attached, signature);

    const repository = open();
    expect(await extendedCopy(store, "all", repository)).toEqual(all);
    const back = new MemoryStore();
    await extendedCopy(repository, "all", back, "again");
    expect(await discover(back, manifest)).toMatchObject([attached]);
    expect(await discover(back, attached)).toMatchObject([signed]);
    // An index that lists an image is a predecessor in a store, and no referrer.
    expect(await back.predecessors(manifest)).toHaveLength(2);
  });
});

test("two that attach at once through one client are both in the list", async () => {
  const { store, manifest } = await artifact();
  const repository = open();
  await copy(store, "v1", repository);
  const types = Array.from({ length: 5 }, (_, index) => `application/vnd.example.${index}`);
  await Promise.all(types.map((artifactType) => attach(repository, manifest, { artifactType })));
  expect((await discover(repository, manifest)).map(({ artifactType }) => artifactType).toSorted()).toEqual(
    types,
  );
});

test("a list that another client overwrote is written again", async () => {
  const { store, manifest } = await artifact();
  const repository = open();
  await copy(store, "v1", repository);
  const fallback = `sha256-${hexOf(manifest.digest)}`;
  let puts = 0;
  registry.intercept = ({ method, path }, response) => {
    if (method !== "PUT" || !path.endsWith(fallback) || puts++ > 0) return false;
    // Stored, and replaced by somebody else's list at once: as if it had never been there.
    end(response, 201);
    return true;
  };
  const attached = await attach(repository, manifest, sbom);
  expect(puts).toBe(2);
  expect(await discover(repository, manifest)).toMatchObject([attached]);
});

test("a manifest that a registry lists, and that is about something else, is no referrer", async () => {
  const { store, manifest } = await artifact();
  const repository = open();
  await copy(store, "v1", repository);
  registry.intercept = ({ path }, response) => {
    if (!path.includes("/referrers/")) return false;
    const list = { schemaVersion: 2, manifests: [{ ...manifest, artifactType: signature.artifactType }] };
    end(response, 200, { "content-type": mediaTypes.imageIndex }, JSON.stringify(list));
    return true;
  };
  expect(await repository.predecessors(manifest)).toHaveLength(1);
  expect(await discover(repository, manifest)).toEqual([]);
});

test("a list without end is given up, and one that goes on elsewhere is not followed", async () => {
  const { manifest } = await artifact();
  const answer = (link: string, entries: unknown[]) => {
    registry.intercept = (_, response) => {
      end(
        response,
        200,
        { "content-type": mediaTypes.imageIndex, link },
        JSON.stringify({ manifests: entries }),
      );
      return true;
    };
  };
  answer('</v2/filters/hello/referrers/more>; rel="next"', Array(500).fill(manifest));
  await expect(open().predecessors(manifest)).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
  expect(registry.requests.length).toBeLessThan(30);
  answer('</same>; rel="next"', []);
  await expect(open().predecessors(manifest)).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
  answer('<http://127.0.0.2:1/v2/>; rel="next"', []);
  await expect(open().predecessors(manifest)).rejects.toMatchObject({ code: "ORAS_UNSAFE_REDIRECT" });
});
