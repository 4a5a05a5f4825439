/** The threads that run sessions, and their results in the order of the recording. */
import { Worker } from "node:worker_threads";
import type { RecordedBody, RecordedItem, RecordedMessage } from "as-proxy-wasm-sim";
import { CliError } from "../errors.js";
import type { ItemOutcome, SessionEnd } from "./session-run.js";
import { recordedOf, type Session } from "./sessions.js";
import type { RunSession, ThreadError, ThreadReport, ThreadSettings } from "./thread-messages.js";
import { replayThread } from "../replay-thread-file.js";

export type SessionEvent =
  ({ readonly kind: "result" } & ItemOutcome) | { readonly kind: "ended"; readonly end: SessionEnd };

/** What a session gives: iterate to get it. */
export interface SessionOutput extends AsyncIterable<SessionEvent> {
  /** Resolves when its Envoy runs, rejects when it does not start. */
  readonly started: Promise<void>;
}

/** Envoy would not start with the filter. */
export class StartRefusal extends CliError {
  constructor(
    plugin: string,
    /** What Envoy would print. */
    readonly logs: readonly string[],
    readonly reason: string,
    hint: string,
  ) {
    super("ERR_REPLAY", `Envoy would not start with ${plugin}`, hint);
  }
}

export class ReplayThreads {
  readonly #threads: ReplayThread[];

  /** Nothing is started before it is needed. */
  constructor(
    count: number,
    private readonly settings: ThreadSettings,
  ) {
    this.#threads = Array.from({ length: count }, () => new ReplayThread(settings));
  }

  /** Gives a session to the thread that has the least to do. */
  run(session: Session): SessionOutput {
    const thread = this.#threads.reduce((least, other) => (other.waiting < least.waiting ? other : least));
    return thread.run(session, this.settings.plugin.name);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

class ReplayThread {
  #worker: Worker | null = null;
  readonly #outputs = new Map<number, Output>();

  constructor(private readonly settings: ThreadSettings) {}

  get waiting(): number {
    return this.#outputs.size;
  }

  run(session: Session, plugin: string): SessionOutput {
    const { index, start } = session;
    this.#worker ??= this.#start(plugin);
    const output = new Output();
    this.#outputs.set(index, output);
    const message: RunSession = { index, start, items: recordedOf(session).map(ownBytes) };
    this.#worker.postMessage(message);
    return output;
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(plugin: string): Worker {
    const worker = new Worker(replayThread, { workerData: this.settings });
    worker.on("message", (report: ThreadReport) => {
      const output = this.#outputs.get(report.session);
      if (output === undefined) return;
      if (report.kind === "started") return output.start();
      if (report.kind === "result") return output.push(report);
      this.#outputs.delete(report.session);
      if (report.kind === "ended") output.end({ kind: "ended", end: report.end });
      else output.fail(errorOf(report.error, plugin));
    });
    const fail = (reason: string): void => {
      const error = new CliError(
        "ERR_REPLAY",
        `the thread that ran the filter ended: ${reason}`,
        "replay fewer streams at once with --streams-per-envoy, or look at what the filter does with memory",
      );
      for (const output of this.#outputs.values()) output.fail(error);
      this.#outputs.clear();
      this.#worker = null;
    };
    worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => fail(`exit code ${code}`));
    return worker;
  }
}

/** A queue between what a thread reports and who reads it. */
class Output implements SessionOutput {
  readonly #events: SessionEvent[] = [];
  #isEnded = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;
  #settle: { resolve(): void; reject(error: Error): void } | null = null;
  readonly started = new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }));

  constructor() {
    // Whoever iterates gets the error too.
    this.started.catch(() => undefined);
  }

  start(): void {
    this.#settle?.resolve();
  }

  push(event: SessionEvent): void {
    this.#events.push(event);
    this.#wake?.();
  }

  end(event: SessionEvent): void {
    this.#isEnded = true;
    this.push(event);
  }

  fail(error: Error): void {
    this.#error = error;
    this.#settle?.reject(error);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<SessionEvent> {
    for (;;) {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) yield event;
      if (this.#events.length > 0) continue;
      if (this.#error !== null) throw this.#error;
      if (this.#isEnded) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
  }
}

function errorOf(error: ThreadError, plugin: string): Error {
  const { message, code, hint, startLogs } = error;
  if (startLogs !== null) return new StartRefusal(plugin, startLogs, message, hint ?? "");
  const copy = Object.assign(
    new Error(message),
    code === null ? {} : { code },
    hint === null ? {} : { hint },
  );
  if (error.stack !== null) copy.stack = error.stack;
  return copy;
}

/** A chunk may be a window on the whole file, which would be copied to the other thread with it. */
function ownBytes(item: RecordedItem): RecordedItem {
  if ("events" in item) {
    const events = item.events.map((event) =>
      event.kind === "data" && typeof event.bytes !== "string"
        ? { ...event, bytes: ownChunk(event.bytes) }
        : event,
    );
    return { ...item, events };
  }
  if (!("request" in item)) return item;
  return {
    ...item,
    request: ownMessage(item.request),
    response: item.response === null ? null : ownMessage(item.response),
  };
}

function ownMessage(message: RecordedMessage): RecordedMessage {
  return { ...message, body: ownBody(message.body) };
}

function ownBody(body: RecordedBody): RecordedBody {
  if (body.kind === "missing") return body;
  return { ...body, chunks: body.chunks.map(ownChunk) };
}

function ownChunk(chunk: Uint8Array): Uint8Array {
  return chunk.byteLength === chunk.buffer.byteLength ? chunk : Uint8Array.prototype.slice.call(chunk);
}
