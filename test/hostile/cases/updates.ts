import { setTimeout as sleep } from "node:timers/promises";

import {
  type Envoy,
  field,
  http1,
  Http1Client,
  type HttpListener,
  startEnvoy,
  until,
} from "../../lab/index.js";
import { allow, type Bench, plugin } from "../bench.js";
import { type Case, equal, truth } from "../case.js";
import type { HttpStation } from "../stations.js";

const version = (text: string): HttpStation => ({
  name: "versions",
  source: "versions.ts",
  rootId: "versions",
  configuration: JSON.stringify({ version: text }),
  good: {},
  goodHeader: ["x-version", text],
});

/** An Envoy whose filter has version 1, and the way to give it another. */
interface Updatable {
  readonly envoy: Envoy;
  update(station: HttpStation): Promise<string>;
}

type Way = "LDS" | "ECDS";

async function updatable(bench: Bench, way: Way): Promise<Updatable> {
  const description = { clusters: bench.clusters, drainSeconds: 1 };
  if (way === "LDS") {
    const envoy = await startEnvoy({
      ...description,
      dynamicListeners: true,
      listeners: [await bench.listener(version("1"))],
    });
    return {
      envoy,
      update: async (station) => envoy.updateListeners([await bench.listener(station)]),
    };
  }
  const listener: HttpListener = {
    kind: "http",
    name: "versions",
    filters: [{ dynamic: await plugin(version("1")) }],
    routes: bench.routes,
  };
  const envoy = await startEnvoy({ ...description, listeners: [listener] });
  return { envoy, update: async (station) => envoy.updateExtension(await plugin(station)) };
}

async function withUpdatable(bench: Bench, way: Way, run: (one: Updatable) => Promise<void>): Promise<void> {
  const one = await updatable(bench, way);
  try {
    await bench.serves(version("1"), one.envoy.port("versions"));
    await run(one);
    truth(!one.envoy.crashed(), "Envoy has ended");
    const trap = one.envoy.log().find(({ text }) => /^Function: .* failed/.test(text));
    truth(trap === undefined, `the filter trapped: ${trap?.text}`);
  } finally {
    await one.envoy.stop();
  }
}

const upstreamHas = (bench: Bench, requests: number) =>
  until(() => (bench.upstream.requests.length >= requests ? true : null), 3_000);

/** Streams that began before the update: one waits for the upstream, one for a callout. */
async function heldStreams(bench: Bench, port: number): Promise<() => Promise<void>> {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { script } = bench.upstream;
  bench.upstream.script = async (request) => {
    if (request.path === "/held") await released;
    return script(request);
  };
  bench.authz.script = async (request) => {
    await released;
    return allow(request);
  };
  const [held, asking] = [await Http1Client.connect(port), await Http1Client.connect(port)];
  await held.send({ path: "/held" });
  await asking.send({ path: "/asking", headers: [["x-ask", "1"]] });
  truth((await upstreamHas(bench, 1)) === true, "the held request did not arrive");
  truth(
    (await until(() => (bench.authz.requests.length > 0 ? true : null), 3_000)) === true,
    "the service was not asked",
  );

  return async () => {
    release();
    const first = await held.response();
    equal(first.status, 200, "the status of a stream that waited for the upstream");
    equal(field(first.headers, "x-version"), "1", "its plugin's version");
    equal(field(first.headers, "x-version-noted"), "1", "its own version");
    const second = await asking.response();
    equal(second.status, 200, "the status of a stream that waited for a callout");
    equal(field(second.headers, "x-version"), "1", "its plugin's version");
    const seen = bench.upstream.take().find(({ path }) => path === "/asking");
    equal(field(seen?.headers ?? [], "x-version-later"), "1", "its plugin's version in the answer");
    held.close();
    asking.close();
  };
}

const drained = (envoy: Envoy, text: string, times: number) =>
  until(
    () =>
      envoy.log().filter((line) => line.text.includes(`versions: ${text} is done`)).length >= times
        ? true
        : null,
    8_000,
  );

const good = (way: Way): Case => ({
  row: "good-update",
  name: `good update over ${way}: old streams end with the old configuration, and the old plugin is drained`,
  station: null,
  run: (bench) =>
    withUpdatable(bench, way, async ({ envoy, update }) => {
      const port = envoy.port("versions");
      bench.reset();
      const finish = await heldStreams(bench, port);
      equal(await update(version("2")), "accepted", "the update");
      const now = await until(async () => {
        const response = await http1(port);
        return field(response.headers, "x-version") === "2" ? true : null;
      }, 3_000);
      truth(now === true, "new streams do not get the new configuration");
      await finish();
      truth((await drained(envoy, "1", 2)) === true, "the old plugin was not drained");
      await bench.serves(version("2"), port);
    }),
});

const repeated = (way: Way): Case => ({
  row: "good-update",
  name: `ten updates over ${way} under load, every old plugin drained`,
  station: null,
  run: (bench) =>
    withUpdatable(bench, way, async ({ envoy, update }) => {
      const port = envoy.port("versions");
      const load = { running: true, served: 0, failed: 0 };
      const loading = (async () => {
        while (load.running) {
          const response = await http1(port, { headers: load.served % 2 === 0 ? [] : [["x-ask", "1"]] });
          if (response.status === 200) load.served++;
          else load.failed++;
          await sleep(5);
        }
      })();
      for (let at = 2; at <= 11; at++) equal(await update(version(`${at}`)), "accepted", `update ${at}`);
      truth((await drained(envoy, "10", 2)) === true, "the old plugins were not drained");
      load.running = false;
      await loading;
      equal(load.failed, 0, "the number of requests that failed");
      await bench.serves(version("11"), port);
    }),
});

const bad = (way: Way): Case => ({
  row: "bad-update",
  name: `bad updates over ${way}: the old configuration stays`,
  station: null,
  run: (bench) =>
    withUpdatable(bench, way, async ({ envoy, update }) => {
      const port = envoy.port("versions");
      for (const configuration of ["null", '{"version":7}', '{"version":"x"', "\0", "[".repeat(100_000)]) {
        const outcome = await update({ ...version("1"), configuration });
        equal(outcome, "rejected", `the update to ${configuration.slice(0, 20)}`);
        await bench.serves(version("1"), port);
      }
      equal(await update(version("2")), "accepted", "a good update after bad ones");
      const now = await until(async () => {
        const response = await http1(port);
        return field(response.headers, "x-version") === "2" ? true : null;
      }, 3_000);
      truth(now === true, "new streams do not get the new configuration");
      await bench.serves(version("2"), port);
    }),
});

/** Configurations that change while streams run. */
export const updates: readonly Case[] = (["LDS", "ECDS"] as const).flatMap((way) => [
  bad(way),
  good(way),
  repeated(way),
]);
