import { setTimeout as sleep } from "node:timers/promises";

import { field, http1, Http1Client } from "../../lab/index.js";
import { type Case, equal, truth } from "../case.js";

const WAIT: readonly [string, string] = ["x-wait", "1"];

/** Streams that a plugin keeps in a list and resumes from a timer, each once more than is right. */
export const waitingRoom: readonly Case[] = [
  {
    row: "resume",
    name: "twenty requests resumed twice each from a timer",
    station: "waiting-room",
    run: async (bench) => {
      const responses = await Promise.all(
        Array.from({ length: 20 }, () =>
          http1(bench.port("waiting-room"), {
            method: "POST",
            headers: [WAIT],
            body: { kind: "sized", bytes: "body" },
          }),
        ),
      );
      for (const response of responses) equal(response.body, Buffer.from("body"), "the body");
      const seen = bench.upstream.take();
      equal(seen.length, 20, "the number of requests that the upstream saw");
      for (const request of seen) equal(field(request.headers, "x-waited"), "yes", "x-waited");
    },
  },
  {
    row: "resume",
    name: "twenty requests resumed from a timer, half of whose clients have left",
    station: "waiting-room",
    run: async (bench) => {
      const stay = Array.from({ length: 10 }, () => http1(bench.port("waiting-room"), { headers: [WAIT] }));
      const leave = await Promise.all(
        Array.from({ length: 10 }, () => Http1Client.connect(bench.port("waiting-room"))),
      );
      for (const client of leave) {
        await client.send({ headers: [WAIT] });
        await sleep(1);
        client.abort();
      }
      for (const response of await Promise.all(stay)) equal(response.status, 200, "the status");
      await sleep(150);
      truth(bench.upstream.take().length <= 20, "the upstream saw requests twice");
    },
  },
];
