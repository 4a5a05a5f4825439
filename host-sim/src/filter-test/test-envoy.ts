/// <reference lib="esnext.disposable" preserve="true" />
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCallout } from "../callout/http-callouts.js";
import { rememberMessages } from "../check/message-owner.js";
import type { ReplayOptions } from "../envoy/envoy-options.js";
import type { Envoy } from "../envoy/envoy.js";
import type { LogLine, TraceLine } from "../envoy/event-log.js";
import type { Host } from "../envoy/host.js";
import type { Metric } from "../envoy/metrics.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import type { Exchange } from "../http/exchange.js";
import { calloutText, type RecordedCallout } from "../recording/recorded-callout.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import type { ClusterScripts } from "./cluster-scripts.js";
import { onlySimulated, type HostChoice } from "./host-choice.js";
import { requireSame } from "./host-difference.js";
import type { UnusedAnswer } from "./scripted-answers.js";
import { startedEnvoys } from "./started-envoys.js";
import { unhandledGrpc, unhandledHttp, UnhandledCalloutError } from "./unhandled-callout.js";

/** One of the Envoys that a test runs in, with the scripts that answer its callouts. */
export interface TestedHost {
  readonly host: Host & {
    readonly callouts: readonly HttpCallout[];
    readonly grpcCallouts: readonly GrpcCallout[];
    readonly warnings: readonly string[];
  };
  readonly scripts: ClusterScripts;
}

/**
 * An Envoy with the filters under test: a `Host` that takes a callout without an answer for a failure of the test. Under
 * `--host both` it is two, and what is read from it is the simulated one's.
 */
export class TestEnvoy implements Host, AsyncDisposable {
  readonly #simulator: Envoy | null;
  /** The one that is read first. */
  readonly #hosts: readonly [TestedHost, ...TestedHost[]];
  readonly #isStrict: boolean;
  #callouts = 0;
  #grpcCallouts = 0;
  readonly #unusedRecorded: RecordedCallout[] = [];

  /** @internal */
  constructor(
    /** What the test runs in. */
    readonly host: HostChoice,
    simulator: Envoy | null,
    hosts: readonly [TestedHost, ...TestedHost[]],
    isStrict: boolean,
  ) {
    this.#simulator = simulator;
    this.#hosts = hosts;
    this.#isStrict = isStrict;
  }

  /**
   * Runs one stream; see `Envoy.replay`. Rejects with `UnhandledCalloutError` where a filter called what the test has no
   * answer for, and under `--host both` with `HostDifferenceError`.
   */
  async replay(stream: RecordedStream, options?: ReplayOptions): Promise<Exchange> {
    const [first, second] = this.#hosts;
    const exchange = rememberMessages(await first.host.replay(stream, options));
    this.#unusedRecorded.push(...exchange.unusedCallouts);
    this.requireAnswers();
    if (second !== undefined) requireSame(exchange, await second.host.replay(stream, options));
    return exchange;
  }

  /** Runs one TCP connection; rejects as `replay` does, but compares nothing under `--host both`. */
  async replayConnection(
    connection: RecordedConnection,
    options?: ReplayOptions,
  ): Promise<ConnectionExchange> {
    const exchange = await this.#hosts[0].host.replayConnection(connection, options);
    this.#unusedRecorded.push(...exchange.unusedCallouts);
    this.requireAnswers();
    return exchange;
  }

  /** Lets simulated time pass; see `Envoy.advance`. Throws as `replay` rejects, and always in a real Envoy, whose time is real. */
  advance(milliseconds: number): void {
    this.#simulated("To let time pass").advance(milliseconds);
    this.requireAnswers();
  }

  /** Replaces the plugins; see `Envoy.update`. Throws in a real Envoy. */
  update(plugins: readonly PluginConfig[]): "accepted" | "rejected" {
    return this.#simulated("An update").update(plugins);
  }

  get logs(): readonly LogLine[] {
    return this.#hosts[0].host.logs;
  }

  get trace(): readonly TraceLine[] {
    return this.#hosts[0].host.trace;
  }

  get metrics(): readonly Metric[] {
    return this.#hosts[0].host.metrics;
  }

  /** What a person should know before trusting the results, one sentence each. */
  get warnings(): readonly string[] {
    return this.#hosts[0].host.warnings;
  }

  /**
   * Scripted answers that were given fewer times than they are there for, and recorded ones that no filter asked for. The vitest entry
   * prints them after each file.
   */
  get unusedAnswers(): readonly UnusedAnswer[] {
    const recorded = this.#unusedRecorded.map((callout): UnusedAnswer => {
      return { cluster: callout.cluster, calls: calloutText(callout), given: 0, expected: 1 };
    });
    return [...this.#hosts[0].scripts.unused, ...recorded];
  }

  async stop(): Promise<void> {
    for (const { host } of this.#hosts) await host.stop();
    if (this.unusedAnswers.length === 0) startedEnvoys.delete(this);
  }

  /** `await using envoy = await startFilter(…)` stops it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** @internal */
  requireAnswers(): void {
    const { host, scripts } = this.#hosts[0];
    const unhandled = [
      ...host.callouts
        .slice(this.#callouts)
        .filter(({ unhandled }) => unhandled)
        .map(({ request }) => unhandledHttp(request)),
      ...host.grpcCallouts
        .slice(this.#grpcCallouts)
        .filter(({ unhandled }) => unhandled)
        .map(unhandledGrpc),
      ...scripts.takeUnhandled(),
    ];
    this.#callouts = host.callouts.length;
    this.#grpcCallouts = host.grpcCallouts.length;
    if (this.#isStrict && unhandled.length > 0) throw new UnhandledCalloutError(unhandled);
  }

  #simulated(what: string): Envoy {
    if (this.#simulator === null || this.host !== "simulator") throw onlySimulated(what);
    return this.#simulator;
  }
}
