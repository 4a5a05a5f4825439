import assert from "node:assert/strict";
import { join } from "node:path";
import { copy, dockerConfigCredentials, type OrasError, Repository } from "oras-js";
import type { Bench } from "../bench.js";
import { compatImage, emptyModule, pullModule } from "../compat-image.js";
import { startBearerFront } from "../registries/bearer-front.js";
import { startDistribution } from "../registries/distribution.js";
import { DEBIAN } from "../registries/index.js";
import { stranger, user, writeDockerConfig } from "../registries/place.js";

/** oras-js by itself, with registries that ask who one is. */
export async function checkAuthentication(bench: Bench): Promise<void> {
  const host = await startDistribution(bench.folder, { command: DEBIAN, basic: true });
  await checkCredentials(bench, "basic", host);
  await checkBearer(bench);
}

/** The token dance, with a front that demands tokens before a registry without authentication. */
async function checkBearer(bench: Bench): Promise<void> {
  const { checks, folder } = bench;
  const front = await startBearerFront(await startDistribution(folder, { command: DEBIAN }), user);
  try {
    await checkCredentials(bench, "bearer", front.host);
    await checks.check(
      "bearer: every scope was asked for once a client, and pushing asked for push",
      async () => {
        const scopes = new Set(front.grantedScopes);
        assert.deepEqual([...scopes].toSorted(), [
          "repository:filters/hello:pull",
          "repository:filters/hello:pull,push",
        ]);
        // Two clients logged in with success: the one that pushed and pulled, and the one with Docker's config.
        assert.equal(front.grantedScopes.length, 3);
      },
    );
  } finally {
    await front.stop();
  }
}

async function checkCredentials({ checks, folder }: Bench, kind: string, host: string): Promise<void> {
  const name = `${host}/filters/hello`;
  const { store, manifest } = await compatImage();

  await checks.check(`${kind}: right credentials push and pull`, async () => {
    const repository = new Repository(name, { credentials: user, plainHttp: true });
    await copy(store, "v1", repository, "v1");
    assert.deepEqual((await pullModule(repository, "v1")).wasm, emptyModule);
  });
  await checks.check(`${kind}: the same from Docker's config.json`, async () => {
    const config = await writeDockerConfig(join(folder, `docker-${kind}`), { [host]: user });
    const repository = new Repository(name, {
      credentials: dockerConfigCredentials({ path: join(config, "config.json") }),
      plainHttp: true,
    });
    assert.equal((await repository.resolve("v1")).digest, manifest.digest);
  });
  for (const [which, credentials, said] of [
    ["wrong", stranger, /refuses the credentials/],
    ["no", undefined, /there are none/],
  ] as const) {
    await checks.check(`${kind}: ${which} credentials are refused, in words without secrets`, async () => {
      const repository = new Repository(name, {
        plainHttp: true,
        ...(credentials === undefined ? {} : { credentials }),
      });
      const error = await copy(store, "v1", repository, "v1").then(
        () => assert.fail("the push went through"),
        (thrown: OrasError) => thrown,
      );
      assert.equal(error.code, "ORAS_UNAUTHORIZED", error.message);
      assert.match(error.message, said);
      assert.doesNotMatch(`${error.stack}${error.hint}`, /not-the-password|bm90LXRoZS1wYXNzd29yZ/);
    });
  }
}
