import {
  type AbiCall,
  answer,
  calledNames,
  type Envoy,
  type EnvoyDescription,
  EnvoyRefusedError,
  field,
  http1,
  type Http1Request,
  type Http1Response,
  Http1Server,
  type HttpFilterEntry,
  type HttpListener,
  type LogMessage,
  type Script,
  startEnvoy,
  type WasmPlugin,
} from "../lab/index.js";
import { compileSnippet, snippetsOf } from "./guide.js";

/** What a page's cases stand on: an upstream, the page's filters, and Envoys whose calls of the ABI are kept. */
export class Stage {
  readonly #closing: (() => Promise<unknown>)[] = [];
  readonly #logs: LogMessage[][] = [];
  #envoy: Envoy | null = null;

  private constructor(
    private readonly page: string,
    /** HTTP/1.1; the cluster `upstream`. It sends bodies back. */
    readonly upstream: Http1Server,
  ) {}

  static async open(page: string): Promise<Stage> {
    return new Stage(page, await Http1Server.listen(echo));
  }

  /** The Envoy that was started last. */
  get envoy(): Envoy {
    if (this.#envoy === null) throw new Error("no Envoy was started");
    return this.#envoy;
  }

  /** Starts an Envoy with the ABI trace on, in place of the one before. The cluster `upstream` is there in any case. */
  async start(description: EnvoyDescription): Promise<Envoy> {
    await this.stopEnvoy();
    this.#envoy = await startEnvoy({
      wasmLogLevel: "trace",
      ...description,
      clusters: [{ name: "upstream", port: this.upstream.port }, ...(description.clusters ?? [])],
    });
    return this.#envoy;
  }

  /** What plugins logged in an Envoy that refuses to start because of them; an error when it does start. */
  async refusal(description: EnvoyDescription): Promise<string[]> {
    try {
      await this.start(description);
    } catch (error) {
      if (error instanceof EnvoyRefusedError) return pluginLines(error.messages);
      throw error;
    }
    throw new Error("Envoy accepted what it should refuse");
  }

  /** A plugin made of the page's snippet of this name, which is its root id unless `more` has another. */
  async plugin(snippet: string, more: Partial<WasmPlugin> = {}): Promise<WasmPlugin> {
    const found = (await snippetsOf(this.page)).find(({ name }) => name === snippet);
    if (found === undefined) throw new Error(`docs/guide/${this.page}.md has no filter "${snippet}"`);
    return { name: snippet, rootId: snippet, module: await compileSnippet(found), ...more };
  }

  /** A listener named after a snippet, with nothing but its filter. */
  async http(snippet: string, more: Partial<WasmPlugin> = {}): Promise<HttpListener> {
    const plugin = await this.plugin(snippet, more);
    return { kind: "http", name: plugin.name, filters: [plugin as HttpFilterEntry] };
  }

  /** One request on a connection of its own. */
  ask(listener: string, request: Http1Request = {}): Promise<Http1Response> {
    return http1(this.envoy.port(listener), request);
  }

  /** What plugins logged until now, without Envoy's prefix. */
  logged(): string[] {
    return pluginLines(this.envoy.log());
  }

  /** Waits for a line of a plugin's log that has this text; an error when it does not come. */
  async awaitLine(text: string): Promise<string> {
    const found = await this.envoy.waitForLog(
      (message) => isPluginLine(message) && message.text.includes(text),
    );
    if (found === null) throw new Error(`no plugin logged ${JSON.stringify(text)}`);
    return lineOf(found);
  }

  /** Stops something when the page is through. */
  closing(stop: () => Promise<unknown>): void {
    this.#closing.push(stop);
  }

  /** Stops the Envoy, so that its last callbacks have run. Gives what it had logged. */
  async stopEnvoy(): Promise<LogMessage[]> {
    const envoy = this.#envoy;
    this.#envoy = null;
    if (envoy === null) return [];
    const log = await envoy.stop();
    this.#logs.push(log);
    return log;
  }

  async close(): Promise<void> {
    await this.stopEnvoy();
    await Promise.all(this.#closing.map((stop) => stop()));
    await this.upstream.stop();
  }

  /** The names of the host functions, or callbacks, that its Envoys really called. */
  called(callee: AbiCall["callee"]): Set<string> {
    return new Set(this.#logs.flatMap((log) => [...calledNames(log, callee)]));
  }
}

/** Answers with the request's body, or `ok`, and shows its path. */
export const echo: Script = (request) => {
  const type = field(request.headers, "content-type");
  return answer(
    200,
    [["x-path", request.path], ...(type === null ? [] : [["content-type", type] as const])],
    request.body.length > 0 ? request.body.toString("latin1") : "ok",
  );
};

/** The lines that plugins logged, in a finished log. */
export function pluginLines(log: readonly LogMessage[]): string[] {
  return log.filter(isPluginLine).map(lineOf);
}

const isPluginLine = ({ logger, text }: LogMessage) => logger === "wasm" && text.startsWith("wasm log");

/** Without `wasm log NAME ROOT_ID VM_ID: `. */
const lineOf = ({ text }: LogMessage) => text.slice(text.indexOf(": ") + 2);
