import { EnvoyRefusedError, field, http1, type PluginConfiguration, startEnvoy } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, equal, truth, wrong } from "../case.js";
import type { HttpStation } from "../stations.js";

/** A good configuration holds this key. */
const GOOD = '{"keys":{"alice":"secret"}}';

const KEYS: HttpStation = {
  name: "keys",
  source: "keys.ts",
  rootId: "keys",
  good: { headers: [["x-api-key", "secret"]] },
  goodBody: "ok\n",
};

interface Form {
  readonly name: string;
  readonly configuration?: PluginConfiguration;
  /** What the log says when it is refused; null when it is good. */
  readonly refused: RegExp | null;
}

const mega = 1024 * 1024;

/** 1 MB of clients, the good one last. */
function manyClients(): string {
  const entries: string[] = [];
  for (let size = 0, at = 0; size < mega - 100; at++) {
    const entry = `"client ${at}":"key of client number ${at}"`;
    entries.push(entry);
    size += entry.length + 1;
  }
  return `{"keys":{${entries.join(",")},"alice":"secret"}}`;
}

const FORMS: readonly Form[] = [
  { name: "that is good", configuration: GOOD, refused: null },
  { name: "that is absent", refused: /configuration must be a JSON object; there is none/ },
  { name: "that is empty", configuration: "", refused: /there is none/ },
  { name: "of empty bytes", configuration: new Uint8Array(0), refused: /there is none/ },
  { name: "null", configuration: "null", refused: /must be a JSON object; it is null/ },
  { name: "[]", configuration: "[]", refused: /must be a JSON object; it is a list/ },
  { name: "7", configuration: "7", refused: /must be a JSON object; it is 7/ },
  { name: "{}", configuration: "{}", refused: /configuration\.keys is missing/ },
  {
    name: "with keys: null",
    configuration: '{"keys":null}',
    refused: /configuration\.keys must be an object; it is null/,
  },
  {
    name: "with keys: {}",
    configuration: '{"keys":{}}',
    refused: /configuration\.keys must name at least one client/,
  },
  {
    name: "with a text for an object",
    configuration: '{"keys":"secret"}',
    refused: /configuration\.keys must be an object/,
  },
  {
    name: "with a number for a text",
    configuration: '{"keys":{"alice":7}}',
    refused: /configuration\.keys\.alice must be a string that is not empty; it is 7/,
  },
  {
    name: "with an empty key",
    configuration: '{"keys":{"bob":"x","alice":""}}',
    refused: /configuration\.keys\.alice must be a string that is not empty/,
  },
  {
    name: "with a header that is none",
    configuration: '{"keys":{"alice":"secret"},"header":"x api"}',
    refused: /configuration\.header must be a header name; it is "x api"/,
  },
  {
    name: "with a number out of range",
    configuration: '{"keys":{"alice":"secret"},"status":200}',
    refused: /configuration\.status must be a whole number from 400 to 599; it is 200/,
  },
  {
    name: "with a number of 23 digits",
    configuration: '{"keys":{"alice":"secret"},"status":12345678901234567890123}',
    refused: /configuration\.status must be a whole number/,
  },
  {
    name: "with an unknown member",
    configuration: '{"keys":{"alice":"secret"},"kyes":{}}',
    refused: /configuration\.kyes is unknown; known are/,
  },
  {
    name: "with a member twice",
    configuration: '{"keys":{"alice":"secret"},"keys":{"bob":"other"}}',
    refused: /configuration\.keys is there twice/,
  },
  { name: "that is cut", configuration: '{"keys":{"alice":"sec', refused: /is not JSON: .* at byte/ },
  {
    name: "that is not UTF-8",
    configuration: Buffer.from('{"keys":{"alice":"\xff\xfe"}}', "latin1"),
    refused: /is not JSON: .* at byte 18/,
  },
  {
    name: "of all 256 octets",
    configuration: Uint8Array.from({ length: 256 }, (_, at) => at),
    refused: /is not JSON/,
  },
  {
    name: "as a Struct that is good",
    configuration: { struct: { keys: { alice: "secret" } } },
    refused: null,
  },
  {
    name: "as a Struct of the wrong types",
    configuration: { struct: { keys: { alice: ["secret"] } } },
    refused: /configuration\.keys\.alice must be a string/,
  },
  { name: "as an empty Struct", configuration: { struct: {} }, refused: /there is none|keys is missing/ },
  { name: "of 1 MB that is good", configuration: manyClients(), refused: null },
  { name: "of 1 MB of [", configuration: "[".repeat(mega), refused: /is not JSON: .* at byte/ },
  { name: 'of 1 MB of {"a":', configuration: '{"a":'.repeat(mega / 5), refused: /is not JSON: .* at byte/ },
  { name: "of 1 MB of blanks", configuration: " ".repeat(mega), refused: /is not JSON: .* at byte/ },
];

/** Starts an Envoy with a configuration: it is refused with its reason, or it serves. */
export const configurations: readonly Case[] = FORMS.map(({ name, configuration, refused }) => ({
  row: "configuration",
  name: `configuration ${name}`,
  station: null,
  run: (bench) => start(bench, configuration, refused),
}));

async function start(
  bench: Bench,
  configuration: PluginConfiguration | undefined,
  refused: RegExp | null,
): Promise<void> {
  const station = configuration === undefined ? KEYS : { ...KEYS, configuration };
  try {
    const envoy = await startEnvoy({
      listeners: [await bench.listener(station)],
      clusters: bench.clusters,
    });
    try {
      if (refused !== null) wrong("Envoy started with it");
      const port = envoy.port("keys");
      await bench.serves(station, port);
      equal(field(bench.upstreamRequest()?.headers ?? [], "x-client"), "alice", "x-client");
      equal(
        (await http1(port, { headers: [["x-api-key", "other"]] })).status,
        403,
        "the status of a stranger",
      );
      equal((await http1(port)).status, 403, "the status without a key");
    } finally {
      await envoy.stop();
    }
  } catch (error) {
    if (!(error instanceof EnvoyRefusedError)) throw error;
    const lines = error.messages.filter(({ logger }) => logger === "wasm").map(({ text }) => text);
    const trap = lines.find((text) => /^Function: .* failed/.test(text));
    truth(trap === undefined, `the filter trapped: ${trap}`);
    if (refused === null) wrong(`it was refused: ${lines.join("; ")}`);
    truth(
      lines.some((text) => refused.test(text)),
      `no reason like ${String(refused)} in the log: ${lines.join("; ").slice(0, 500)}`,
    );
  }
}
