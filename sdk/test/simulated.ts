import {
  Envoy,
  type EnvoyOptions,
  type Exchange,
  firstValue,
  fromText,
  type HeaderList,
  type HttpMessage,
  type PluginConfig,
  type RecordedMessage,
  type RecordedStream,
  toBytes,
  toText,
} from "as-proxy-wasm-sim";
import { compile } from "./compile.js";

const compiled = new Map<string, Promise<Uint8Array>>();

/** A source is compiled once a file of tests; less optimised, since it runs only a few times. */
function codeOf(source: string): Promise<Uint8Array> {
  const code =
    compiled.get(source) ??
    compile(source, ["--optimizeLevel", "0", "--shrinkLevel", "0"]).then(({ wasm, output }) => {
      if (wasm === null) throw new Error(output);
      return wasm;
    });
  compiled.set(source, code);
  return code;
}

export type PluginParts = Partial<Omit<PluginConfig, "vmConfig">>;

/** A plugin named `test` with root id `test`, made from a filter as an author writes it. */
export async function plugin(source: string, parts: PluginParts = {}): Promise<PluginConfig> {
  return {
    name: "test",
    rootId: "test",
    configuration: null,
    allowOnHeadersStopIteration: false,
    ...parts,
    vmConfig: { vmId: "", code: await codeOf(source), configuration: null },
  };
}

/** A simulated Envoy with one plugin. */
export async function start(source: string, parts: PluginParts & Partial<EnvoyOptions> = {}): Promise<Envoy> {
  return Envoy.start({ plugins: [await plugin(source, parts)], ...parts });
}

export interface MessageParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: readonly string[];
  readonly trailers?: Readonly<Record<string, string>>;
}

/** A stream: by default a GET or, with a body, a POST of `/`, answered with 200 and `hello`. */
export function stream(
  request: MessageParts & { readonly method?: string } = {},
  response: MessageParts & { readonly status?: number } = { body: ["hello"] },
): RecordedStream {
  const hasContent = request.body !== undefined || request.trailers !== undefined;
  return {
    id: "stream",
    source: "test",
    protocol: "HTTP/1.1",
    request: message(
      {
        ":authority": "example.com",
        ":path": "/",
        ":method": request.method ?? (hasContent ? "POST" : "GET"),
        ":scheme": "http",
      },
      request,
    ),
    response: message({ ":status": `${response.status ?? 200}` }, response),
    notes: [],
  };
}

function message(pseudo: Readonly<Record<string, string>>, parts: MessageParts): RecordedMessage {
  return {
    headers: [...list(pseudo), ...list(parts.headers ?? {})],
    body: { kind: "recorded", chunks: (parts.body ?? []).map((chunk) => toBytes(fromText(chunk))) },
    trailers: parts.trailers === undefined ? null : list(parts.trailers),
  };
}

function list(fields: Readonly<Record<string, string>>): HeaderList {
  return Object.entries(fields).map(([name, value]) => [fromText(name), fromText(value)]);
}

/** What the filters logged, without Envoy's prefix. */
export function logged({ logs }: { readonly logs: Exchange["logs"] }): string[] {
  return logs.map(({ text }) => toText(text).replace(/^wasm log[^:]*: /, ""));
}

export function bodyOf(message: HttpMessage | null): string | null {
  if (message === null || message.body.kind === "missing") return null;
  return Buffer.concat(message.body.chunks).toString();
}

export function headerOf(message: HttpMessage | null, name: string): string | null {
  const value = message === null ? null : firstValue(message.headers, name);
  return value === null ? null : toText(value);
}

export function statusOf({ response }: Exchange): string | null {
  return headerOf(response, ":status");
}
