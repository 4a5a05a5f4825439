import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.js";
import { asProxyWasm, ourCopy } from "../clients/as-proxy-wasm.js";
import type { Client, Image } from "../clients/client.js";
import { crane, craneFlags } from "../clients/crane.js";
import { oras, orasFlags } from "../clients/oras.js";
import { skopeo } from "../clients/skopeo.js";
import { run } from "../processes.js";
import { registries } from "../registries/index.js";
import { environment, type Place, stranger, type User } from "../registries/place.js";

interface Programs {
  readonly oras: string;
  readonly crane: string;
}

/** A program that keeps a login in a place's config.json. */
interface Keeper {
  readonly name: string;
  login(place: Place, user: User, programs: Programs): Promise<unknown>;
}

const ourLogin = (place: Place, { username, password }: User, expect = 0) =>
  asProxyWasm(["login", place.host, "--plain-http", "-u", username, "--password-stdin"], {
    env: environment(place),
    input: `${password}\n`,
    expect,
  });

const keepers: readonly Keeper[] = [
  { name: "as-proxy-wasm login", login: (place, user) => ourLogin(place, user) },
  {
    name: "oras login",
    login: (place, { username, password }, programs) =>
      run(programs.oras, ["login", ...orasFlags(place), "-u", username, "--password-stdin", place.host], {
        env: environment(place),
        input: password,
      }),
  },
  {
    name: "crane auth login",
    login: (place, { username, password }, programs) =>
      run(
        programs.crane,
        ["auth", "login", ...craneFlags(place), "-u", username, "--password-stdin", place.host],
        { env: environment(place), input: password },
      ),
  },
  {
    name: "skopeo login",
    login: (place, { username, password }) =>
      run(
        "skopeo",
        [
          ...["login", "--tls-verify=false", "-u", username, "--password-stdin"],
          ...["--authfile", join(place.dockerConfig, "config.json"), place.host],
        ],
        { input: password },
      ),
  },
];

/** What one client's login left, the others use: where a password is asked for, and where it buys a token. */
export async function checkLogins(bench: Bench): Promise<void> {
  const { checks, tools } = bench;
  const filter = await bench.filter("compat");
  const programs: Programs = { oras: await tools.oras, crane: await tools.crane };
  const clients: readonly Client[] = [ourCopy, oras(programs.oras), crane(programs.crane), skopeo];

  for (const registry of registries) {
    const known = await bench.place(registry);
    const { user } = known;
    if (user === undefined) continue;
    const image = (place: Place): Image => ({ place, repository: "logins/filter", tag: "v1" });
    await ourCopy.push(filter.folder, image(known));
    const fresh = async (): Promise<Place> => ({ ...known, dockerConfig: await bench.freshFolder("login") });
    const pull = async (client: Client, place: Place) =>
      client.pull(image(place), join(await bench.freshFolder("login-pull"), "oci"));

    for (const keeper of keepers) {
      await checks.check(`${known.name}: ${keeper.name}, used by everybody`, async () => {
        const place = await fresh();
        await keeper.login(place, user, programs);
        for (const client of clients) await pull(client, place);
      });
    }
    await checks.check(`${known.name}: as-proxy-wasm login with a wrong password keeps nothing`, async () => {
      const place = await fresh();
      const { stderr } = await ourLogin(place, stranger, 1);
      assert.match(stderr, /refuses the credentials/);
      assert.ok(!stderr.includes(stranger.password));
      assert.deepEqual(await readdir(place.dockerConfig), []);
    });
    await checks.check(`${known.name}: as-proxy-wasm logout of what oras kept`, async () => {
      const place = await fresh();
      await keepers[1]!.login(place, user, programs);
      await asProxyWasm(["logout", place.host], { env: environment(place) });
      const kept = JSON.parse(await readFile(join(place.dockerConfig, "config.json"), "utf8")) as {
        auths?: object;
      };
      assert.deepEqual(Object.keys(kept.auths ?? {}), []);
      await assert.rejects(pull(clients[1]!, place), /unauthorized|basic credential not found|401/i);
    });
  }
}
