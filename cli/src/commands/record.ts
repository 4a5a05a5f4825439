import { defineCommand, flag, json, value } from "../command.js";
import { usageError } from "../errors.js";
import { takeInterruption } from "../interruption.js";
import { CalloutAnswers, calloutOptions } from "../recording/callout-answers.js";
import { EventFile } from "../recording/event-file.js";
import { wholeNumber } from "../recording/import-options.js";
import { recordEnvoy } from "../recording/record-envoy.js";
import { RecordingProxy } from "../recording/recording-proxy.js";
import { chosenRedaction, redactionOptions } from "../recording/redaction-options.js";
import { printable } from "../terminal.js";

const DEFAULT_BODY_LIMIT = 10 * 1024 * 1024;

export const record = defineCommand({
  name: "record",
  summary: "record HTTP streams on their way to an upstream, without their secrets, until Ctrl-C",
  arguments: {},
  options: {
    upstream: value("URL", "where the streams go: http://127.0.0.1:8080"),
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
    let proxy: RecordingProxy | null = null;
    try {
      let written: Promise<void> = Promise.resolve();
      const end = deferred();
      release = takeInterruption(end.resolve);
      let streams = 0;
      proxy = await RecordingProxy.start({
        upstream,
        port,
        bodyLimit,
        onStream: (stream) => {
          if (streams >= limit) return;
          streams += 1;
          const item = answers === null ? stream : answers.of(redaction.item(stream));
          if (item === null) return;
          written = written.then(() => file.add(redaction.item(item)));
          written.catch(end.reject);
          if (streams >= limit) end.resolve();
        },
      });
      terminal.note(
        `recording http://127.0.0.1:${proxy.port} -> ${printable(upstream.origin)}; Ctrl-C ends it`,
      );
      await end.promise;
      await proxy.stop();
      proxy = null;
      await written;
      await file.finish();
      const what = answers === null ? "stream" : "answer";
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
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw usageError("--upstream is no http or https address", "give it like http://127.0.0.1:8080");
  if (url.pathname !== "/" || url.search !== "" || url.username !== "")
    throw usageError("--upstream has more than a host and a port", "paths come from the client");
  return url;
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
