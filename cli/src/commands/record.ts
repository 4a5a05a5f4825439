import type { RecordedItem } from "as-proxy-wasm-sim";
import { defineCommand, flag, json, value } from "../command.js";
import { usageError } from "../errors.js";
import { takeInterruption } from "../interruption.js";
import { CalloutAnswers, calloutOptions } from "../recording/callout-answers.js";
import { EventFile } from "../recording/event-file.js";
import { wholeNumber } from "../recording/import-options.js";
import { recordEnvoy } from "../recording/record-envoy.js";
import { RecordingProxy } from "../recording/recording-proxy.js";
import { RecordingTcpProxy } from "../recording/recording-tcp-proxy.js";
import { chosenRedaction, redactionOptions } from "../recording/redaction-options.js";
import { printable } from "../terminal.js";

const DEFAULT_BODY_LIMIT = 10 * 1024 * 1024;

export const record = defineCommand({
  name: "record",
  summary: "record streams on their way to an upstream, without their secrets, until Ctrl-C",
  arguments: {},
  options: {
    upstream: value("URL", "where they go: http://127.0.0.1:8080; tcp://127.0.0.1:5432 records connections"),
    output: value("FILE", "the event file to write, such as site.stream.jsonl", "o"),
    ...calloutOptions,
    port: value("N", "the port on 127.0.0.1 that clients connect to (default: a free one)"),
    limit: value("N", "end after so many streams"),
    envoy: value("FOLDER", "join what two taps around a filter in an Envoy wrote here, instead of listening"),
    printConfig: flag("with --envoy: print the two taps, to be put before and behind the filter"),
    bodyLimit: value("BYTES", `keep no larger bodies than this (default: ${DEFAULT_BODY_LIMIT})`),
    ...redactionOptions,
    json,
  },
  async run(input, terminal) {
    if (input.envoy !== undefined) return recordEnvoy({ ...input, folder: input.envoy }, terminal);
    if (input.printConfig)
      throw usageError("--print-config is for --envoy", "say where the taps write: --envoy taps");
    if (input.output === undefined)
      throw usageError("--output is missing", "say where the event file goes: -o site.stream.jsonl");
    const upstream = upstreamUrl(input.upstream);
    const limit = input.limit === undefined ? Infinity : wholeNumber(input.limit, "--limit");
    const answers = CalloutAnswers.chosen(input);
    const redaction = chosenRedaction(input);
    const port = input.port === undefined ? 0 : wholeNumber(input.port, "--port");
    const bodyLimit =
      input.bodyLimit === undefined ? DEFAULT_BODY_LIMIT : wholeNumber(input.bodyLimit, "--body-limit");

    const file = await EventFile.create(input.output);
    let release = (): void => undefined;
    let proxy: { readonly port: number; stop(): Promise<void> } | null = null;
    try {
      let written: Promise<void> = Promise.resolve();
      const end = deferred();
      release = takeInterruption(end.resolve);
      let count = 0;
      const add = (item: RecordedItem | null): void => {
        if (count >= limit) return;
        count += 1;
        if (item !== null) {
          written = written.then(() => file.add(redaction.item(item)));
          written.catch(end.reject);
        }
        if (count >= limit) end.resolve();
      };
      const isTcp = upstream.protocol === "tcp:";
      proxy = isTcp
        ? await RecordingTcpProxy.start({
            upstream: { host: hostOf(upstream), port: Number(upstream.port) },
            port,
            bytesLimit: bodyLimit,
            onConnection: (connection) => {
              if (connection === null)
                terminal.note(`a connection is left out: more than ${bodyLimit} bytes passed (--body-limit)`);
              add(connection);
            },
          })
        : await RecordingProxy.start({
            upstream,
            port,
            bodyLimit,
            onStream: (stream) => add(answers === null ? stream : answers.of(redaction.item(stream))),
          });
      const here = `${isTcp ? "tcp" : "http"}://127.0.0.1:${proxy.port}`;
      terminal.note(`recording ${here} -> ${printable(originOf(upstream))}; Ctrl-C ends it`);
      await end.promise;
      await proxy.stop();
      proxy = null;
      await written;
      await file.finish();
      const what = isTcp ? "connection" : answers === null ? "stream" : "answer";
      for (const note of answers?.notes ?? []) terminal.note(`note: ${printable(note)}`);
      terminal.note(`wrote ${input.output}: ${file.items} ${what}${file.items === 1 ? "" : "s"}`);
      if (input.json) terminal.json({ file: input.output, [`${what}s`]: file.items });
      return 0;
    } catch (error) {
      await proxy?.stop();
      await file.discard();
      throw error;
    } finally {
      release();
    }
  },
});

function upstreamUrl(text: string | undefined): URL {
  if (text === undefined)
    throw usageError("--upstream is missing", "say where the streams go: --upstream http://127.0.0.1:8080");
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:", "tcp:"].includes(url.protocol))
    throw usageError("--upstream is no http, https or tcp address", "give it like http://127.0.0.1:8080");
  if (url.protocol === "tcp:" && (url.hostname === "" || url.port === ""))
    throw usageError("--upstream has no host and port", "give it like tcp://127.0.0.1:5432");
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.username !== "")
    throw usageError("--upstream has more than a host and a port", "paths come from the client");
  return url;
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** `origin` is none for schemes that browsers do not know. */
function originOf({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function deferred(): Deferred {
  let resolve = (): void => undefined;
  let reject: Deferred["reject"] = () => undefined;
  const promise = new Promise<void>((whenDone, whenFailed) => {
    resolve = whenDone;
    reject = whenFailed;
  });
  return { promise, resolve, reject };
}
