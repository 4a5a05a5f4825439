import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copy, dockerConfigCredentials, Repository } from "oras-js";
import { startBearerFront } from "./bearer-front.mjs";
import { compatImage, emptyModule, pullModule } from "./compat-image.mjs";
import { startRegistry, user } from "./docker-registry.mjs";

const wrong = { username: user.username, password: "not-the-password" };

/** A registry with htpasswd. */
export async function checkBasicAuth(checks, folder) {
  const { host } = await startRegistry(folder, { basic: true });
  await checkCredentials(checks, "basic", host, folder);
}

/** The token dance, with a front that demands tokens before a registry without authentication. */
export async function checkBearerAuth(checks, folder) {
  const upstream = await startRegistry(folder);
  const front = await startBearerFront(upstream.host, user);
  try {
    await checkCredentials(checks, "bearer", front.host, folder);
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

async function checkCredentials(checks, kind, host, folder) {
  const name = `${host}/filters/hello`;
  const { store, manifest } = await compatImage(emptyModule);

  await checks.check(`${kind}: right credentials push and pull`, async () => {
    const repository = new Repository(name, { credentials: user });
    await copy(store, "v1", repository, "v1");
    assert.deepEqual((await pullModule(repository, "v1")).wasm, emptyModule);
  });
  await checks.check(`${kind}: the same from Docker's config.json`, async () => {
    const config = join(folder, `docker-${kind}`, "config.json");
    await writeDockerConfig(config, host);
    const repository = new Repository(name, { credentials: dockerConfigCredentials({ path: config }) });
    assert.equal((await repository.resolve("v1")).digest, manifest.digest);
  });
  for (const [which, credentials, said] of [
    ["wrong", wrong, /refuses the credentials/],
    ["no", undefined, /there are none/],
  ]) {
    await checks.check(`${kind}: ${which} credentials are refused, in words without secrets`, async () => {
      const repository = new Repository(name, credentials === undefined ? {} : { credentials });
      const error = await copy(store, "v1", repository, "v1").then(
        () => assert.fail("the push went through"),
        (thrown) => thrown,
      );
      assert.equal(error.code, "ORAS_UNAUTHORIZED", error.message);
      assert.match(error.message, said);
      assert.doesNotMatch(`${error.stack}${error.hint}`, /not-the-password|bm90LXRoZS1wYXNzd29yZ/);
    });
  }
}

/** What `docker login` writes. */
export async function writeDockerConfig(path, host, { username, password } = user) {
  await mkdir(join(path, ".."), { recursive: true });
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  await writeFile(path, JSON.stringify({ auths: { [host]: { auth } } }));
}
