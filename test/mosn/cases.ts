import assert from "node:assert/strict";

import { answer, field, Http1Client, type Http1Server } from "../lab/index.js";
import type { Mosn } from "./mosn.js";

/** What a filter must do in MOSN. */
export interface Case {
  readonly name: string;
  /** The filter's entry, from the repository's root. */
  readonly entry: string;
  readonly configuration?: string;
  run(mosn: Mosn, upstream: Http1Server): Promise<void>;
}

const HEADER_TRANSFORM = "examples/header-transform/assembly/index.ts";
const BODIES = "test/mosn/assembly/bodies.ts";

export const cases: readonly Case[] = [
  {
    name: "changes headers of both directions as the configuration says",
    entry: HEADER_TRANSFORM,
    configuration: JSON.stringify({
      request: {
        remove: ["x-internal-token"],
        rename: { "x-note": "x-remark" },
        set: { "x-environment": "staging", "x-empty": "" },
        add: { "x-trace": "mosn" },
      },
      response: { remove: ["server"], set: { "x-frame-options": "DENY" } },
    }),
    async run(mosn, upstream) {
      upstream.script = () => answer(200, [["server", "upstream"]], "hi");
      const client = await Http1Client.connect(mosn.port);
      const headers = [
        ["x-internal-token", "secret"],
        ["x-note", "n"],
        ["x-kept", "k"],
      ] as const;
      const response = await client.request({ headers });
      client.close();
      const [request] = upstream.take();
      assert(request);
      const sent = (name: string) => field(request.headers, name);
      assert.deepEqual(
        ["x-internal-token", "x-note", "x-kept", "x-remark", "x-environment", "x-empty", "x-trace"].map(sent),
        [null, null, "k", "n", "staging", "", "mosn"],
      );
      assert.equal(response.status, 200);
      assert.equal(field(response.headers, "server"), null);
      assert.equal(field(response.headers, "x-frame-options"), "DENY");
      assert.equal(response.body.toString(), "hi");
    },
  },
  {
    name: "says what is wrong with a configuration",
    entry: HEADER_TRANSFORM,
    configuration: '{ "request": { "remove": "x" } }',
    async run(mosn) {
      assert.match(await mosn.log(), /request\.remove must be a list of header names; it is a string/);
    },
  },
  {
    name: "changes a body at both ends, and asks for nothing that is not there",
    entry: BODIES,
    async run(mosn, upstream) {
      const client = await Http1Client.connect(mosn.port);
      const response = await client.request({ method: "POST", body: { kind: "sized", bytes: "abcdef" } });
      client.close();
      const [request] = upstream.take();
      assert(request);
      assert.equal(response.status, 200);
      assert.equal(request.body.toString(), "<abcdef>");
      assert.equal(field(request.headers, "content-length"), "8");
      assert.equal(field(request.headers, "x-too-early"), "0 false");
      assert.match(await mosn.log(), /slice bc of 6, end true/);
    },
  },
  {
    name: "keeps streams apart, 2000 of them on 20 connections",
    entry: BODIES,
    async run(mosn, upstream) {
      const work = async (connection: number): Promise<void> => {
        const client = await Http1Client.connect(mosn.port);
        for (let i = 0; i < 100; i++) {
          const user = `${connection}-${i}`;
          const body = { kind: "sized", bytes: "x".repeat(i * 40) } as const;
          const response = await client.request({ method: "POST", headers: [["x-user", user]], body });
          assert.equal(response.status, 200);
          assert.equal(field(response.headers, "x-user"), user);
        }
        client.close();
      };
      await Promise.all(Array.from({ length: 20 }, (_, connection) => work(connection)));
      assert.equal(upstream.take().length, 2000);
    },
  },
];
