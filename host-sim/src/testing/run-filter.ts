import { toText } from "../byte-string.js";
import { Envoy } from "../envoy/envoy.js";
import type { EnvoyOptions } from "../envoy/envoy-options.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import type { Exchange } from "../http/exchange.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { compileFilter } from "./compile-filter.js";

export type PluginParts = Partial<Omit<PluginConfig, "vmConfig">> & {
  readonly vmId?: string;
  readonly vmConfiguration?: string;
  /** More options for asc: `--debug` keeps the names of functions. */
  readonly compilerOptions?: readonly string[];
};

/** A plugin named `p` with root id `r`, made from AssemblyScript text. */
export async function plugin(source: string, parts: PluginParts = {}): Promise<PluginConfig> {
  const { vmId = "", vmConfiguration = null, compilerOptions = [], ...rest } = parts;
  return {
    name: "p",
    rootId: "r",
    configuration: null,
    allowOnHeadersStopIteration: false,
    vmConfig: { vmId, code: await compileFilter(source, compilerOptions), configuration: vmConfiguration },
    ...rest,
  };
}

/** An Envoy with one plugin. */
export async function start(source: string, parts: PluginParts & Partial<EnvoyOptions> = {}): Promise<Envoy> {
  return Envoy.start({ plugins: [await plugin(source, parts)], ...parts });
}

/** Starts an Envoy with one plugin and replays streams, one after the other. */
export async function run(
  source: string,
  streams: readonly RecordedStream[],
  parts: PluginParts & Partial<EnvoyOptions> = {},
): Promise<Exchange[]> {
  const envoy = await start(source, parts);
  const exchanges: Exchange[] = [];
  for (const recorded of streams) exchanges.push(await envoy.replay(recorded));
  envoy.stop();
  return exchanges;
}

/** The same for one stream. */
export async function runOne(
  source: string,
  recorded: RecordedStream,
  parts: PluginParts & Partial<EnvoyOptions> = {},
): Promise<Exchange> {
  const [exchange] = await run(source, [recorded], parts);
  if (exchange === undefined) throw new Error("nothing was replayed");
  return exchange;
}

/** What the filter logged, without Envoy's prefix. */
export function logged(exchange: { readonly logs: Exchange["logs"] }): string[] {
  return exchange.logs.map(({ text }) => toText(text).replace(/^wasm log[^:]*: /, ""));
}

/** The callbacks the filter got: `proxy_on_request_headers(2, 5, 1)`. */
export function calls(exchange: { readonly trace: Exchange["trace"] }): string[] {
  return exchange.trace
    .map(({ text }) => /^\[host->vm\] proxy_on_(.*)$/.exec(text)?.[1] ?? "")
    .filter((call) => call !== "");
}
