import { setTimeout as sleep } from "node:timers/promises";

import { answer, http1, Http1Client, TcpClient } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, truth } from "../case.js";

const STATIONS = [
  "check-request",
  "authorise",
  "screen-request",
  "unary",
  "streamed",
  "library",
  "waiting-room",
  "frames",
];

const ROUNDS = 4;
const EXCHANGES = 600;
const AT_ONCE = 24;

/** The first round fills what grows to a working size; then there is no more to it. */
const MOST_GROWTH = 16 * 1024 * 1024;

type Exchange = (bench: Bench) => Promise<unknown>;

async function leave(bench: Bench, station: string, headers: [string, string][] = []): Promise<void> {
  const client = await Http1Client.connect(bench.port(station));
  await client.send({ method: "POST", headers, body: { kind: "sized", bytes: "x".repeat(8_000) } });
  await sleep(3);
  client.abort();
}

const json = (bench: Bench, bytes: string) =>
  http1(bench.port("check-request"), {
    method: "POST",
    headers: [["content-type", "application/json"]],
    body: { kind: "sized", bytes },
  });

async function halfFrame(bench: Bench): Promise<void> {
  const client = await TcpClient.connect(bench.port("frames"));
  client.write("FRAM\0\0\0\x7fhalf");
  await sleep(3);
  client.abort();
}

const goodJson: Exchange = (bench) => json(bench, `{"a":"${"x".repeat(16_000)}"}`);
const badJson: Exchange = (bench) => json(bench, "[".repeat(10_000));
const callout: Exchange = (bench) => http1(bench.port("authorise"), { headers: [["x-token", "\x80"]] });
const leftCallout: Exchange = (bench) => leave(bench, "authorise");
const screened: Exchange = (bench) =>
  http1(bench.port("screen-request"), { method: "POST", body: { kind: "sized", bytes: "x".repeat(8_000) } });
const leftScreening: Exchange = (bench) => leave(bench, "screen-request");
const unary: Exchange = (bench) => http1(bench.port("unary"));
const leftStream: Exchange = (bench) => leave(bench, "streamed");
const texts: Exchange = (bench) =>
  http1(bench.port("library"), {
    headers: [
      ["x-token", "a.b.c"],
      ["cookie", "a=1;".repeat(1_000)],
    ],
  });
const leftWaiting: Exchange = (bench) => leave(bench, "waiting-room", [["x-wait", "1"]]);

const KINDS: readonly Exchange[] = [
  goodJson,
  badJson,
  callout,
  leftCallout,
  screened,
  leftScreening,
  unary,
  leftStream,
  texts,
  leftWaiting,
  halfFrame,
];

/** Everything at once, again and again. */
export const load: readonly Case[] = [
  {
    row: "load",
    name: `${ROUNDS * EXCHANGES} exchanges of all kinds, ${AT_ONCE} at once: memory stays as it is`,
    station: "check-request",
    others: STATIONS,
    run: async (bench) => {
      let asked = 0;
      bench.authz.script = async () => {
        const at = asked++;
        await sleep(at % 10);
        if (at % 5 === 0) return answer(503);
        return answer(200, [["x-user", "\xff"]], "x".repeat(20_000));
      };
      let after = 0;
      for (let round = 0; round < ROUNDS; round++) {
        for (let at = 0; at < EXCHANGES; at += AT_ONCE) {
          const kinds = Array.from({ length: AT_ONCE }, (_, one) => KINDS[(at + one) % KINDS.length]);
          await Promise.all(kinds.map((kind) => kind?.(bench)));
          bench.upstream.take();
          bench.authz.take();
        }
        const now = await bench.envoy.residentBytes();
        if (round === 0) after = now;
        truth(
          now - after < MOST_GROWTH,
          `the process has grown by ${Math.round((now - after) / 1024 / 1024)} MiB`,
        );
      }
      for (const station of STATIONS) await bench.serves(station);
    },
  },
];
