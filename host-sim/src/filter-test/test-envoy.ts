/// <reference lib="esnext.disposable" preserve="true" />
import type { ReplayOptions } from "../envoy/envoy-options.js";
import type { Envoy } from "../envoy/envoy.js";
import type { LogLine, TraceLine } from "../envoy/event-log.js";
import type { Host } from "../envoy/host.js";
import type { Metric } from "../envoy/metrics.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import { rememberMessages } from "../check/message-owner.js";
import type { Exchange } from "../http/exchange.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import type { ClusterScripts } from "./cluster-scripts.js";
import type { UnusedAnswer } from "./scripted-answers.js";
import { startedEnvoys } from "./started-envoys.js";
import { unhandledGrpc, unhandledHttp, UnhandledCalloutError } from "./unhandled-callout.js";

/** An Envoy with the filters under test: a `Host` that takes a callout without an answer for a failure of the test. */
export class TestEnvoy implements Host, AsyncDisposable {
  readonly #envoy: Envoy;
  readonly #scripts: ClusterScripts;
  readonly #isStrict: boolean;
  #callouts = 0;
  #grpcCallouts = 0;

  /** @internal */
  constructor(envoy: Envoy, scripts: ClusterScripts, isStrict: boolean) {
    this.#envoy = envoy;
    this.#scripts = scripts;
    this.#isStrict = isStrict;
  }

  /**
   * Runs one stream; see `Envoy.replay`. Rejects with `UnhandledCalloutError` where a filter called what the test has no
   * answer for.
   */
  async replay(stream: RecordedStream, options?: ReplayOptions): Promise<Exchange> {
    const exchange = rememberMessages(await this.#envoy.replay(stream, options));
    this.requireAnswers();
    return exchange;
  }

  /** Runs one TCP connection; rejects as `replay` does. */
  async replayConnection(
    connection: RecordedConnection,
    options?: ReplayOptions,
  ): Promise<ConnectionExchange> {
    const exchange = await this.#envoy.replayConnection(connection, options);
    this.requireAnswers();
    return exchange;
  }

  /** Lets simulated time pass; see `Envoy.advance`. Throws as `replay` rejects. */
  advance(milliseconds: number): void {
    this.#envoy.advance(milliseconds);
    this.requireAnswers();
  }

  /** Replaces the plugins; see `Envoy.update`. */
  update(plugins: readonly PluginConfig[]): "accepted" | "rejected" {
    return this.#envoy.update(plugins);
  }

  get logs(): readonly LogLine[] {
    return this.#envoy.logs;
  }

  get trace(): readonly TraceLine[] {
    return this.#envoy.trace;
  }

  get metrics(): readonly Metric[] {
    return this.#envoy.metrics;
  }

  /** What a person should know before trusting the results, one sentence each. */
  get warnings(): readonly string[] {
    return this.#envoy.warnings;
  }

  /** Scripted answers that were given fewer times than they are there for. The vitest entry prints them after each file. */
  get unusedAnswers(): readonly UnusedAnswer[] {
    return this.#scripts.unused;
  }

  async stop(): Promise<void> {
    this.#envoy.stop();
    if (this.unusedAnswers.length === 0) startedEnvoys.delete(this);
  }

  /** `await using envoy = await startFilter(…)` stops it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** @internal */
  requireAnswers(): void {
    const { callouts, grpcCallouts } = this.#envoy;
    const unhandled = [
      ...callouts
        .slice(this.#callouts)
        .filter(({ outcome }) => outcome === "unknown cluster")
        .map(({ request }) => unhandledHttp(request)),
      ...grpcCallouts
        .slice(this.#grpcCallouts)
        .filter(({ cluster }) => !this.#scripts.has(cluster))
        .map(unhandledGrpc),
      ...this.#scripts.takeUnhandled(),
    ];
    this.#callouts = callouts.length;
    this.#grpcCallouts = grpcCallouts.length;
    if (this.#isStrict && unhandled.length > 0) throw new UnhandledCalloutError(unhandled);
  }
}
