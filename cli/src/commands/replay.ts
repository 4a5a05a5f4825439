import { join } from "node:path";
import { loadFilter } from "as-proxy-wasm-sim";
import { defineCommand, flag, json, list, many, value } from "../command.js";
import { buildModule } from "../compiler/build-module.js";
import { diffEnvoy } from "../diff-envoy/diff-envoy.js";
import { checkDiffEnvoyOptions, diffEnvoyOptions } from "../diff-envoy/options.js";
import { whenInterrupted } from "../interruption.js";
import { newerSource } from "../project/newer-sources.js";
import { openProject, requireStreams } from "../project/project.js";
import { projectOption } from "../project/project-option.js";
import { readConfiguration } from "../replay/configuration.js";
import { CoverageSum, printCoverage, writeCoverage } from "../replay/coverage.js";
import { findRecordings, readRecordings } from "../replay/recordings.js";
import { ReplayDelivery } from "../replay/replay-delivery.js";
import { summary } from "../replay/replay-output.js";
import { ReplayFingerprint } from "../replay/replay-fingerprint.js";
import { replayRecordings } from "../replay/replay-run.js";
import type { SessionEnd } from "../replay/session-run.js";
import { StartRefusal } from "../replay/replay-threads.js";
import { reportOptions, resultFile, resultOutputs } from "../replay/result-outputs.js";
import {
  parseCallbackTimeout,
  parseNow,
  parseOnUnhandledCallout,
  parseStreamsPerEnvoy,
  parseWorkers,
} from "../replay/run-options.js";
import { parseShard } from "../replay/shard.js";
import { printable } from "../terminal.js";

export const replay = defineCommand({
  name: "replay",
  summary: "run recordings through the filter and show what it changes",
  arguments: { recordings: many("HAR, Envoy tap or event files (default: recordings/ of the project)") },
  options: {
    project: projectOption,
    config: value("FILE|JSON", "another configuration than filter.json's"),
    only: list("ID", "this stream alone; repeatable"),
    trace: flag("print every call between host and filter, as Envoy's wasm:trace does"),
    fillMissingBodies: flag("put placeholder bytes where a recording lacks a body"),
    onUnhandledCallout: value("WHAT", "a callout that nothing answers: error (default), as-envoy"),
    coverage: flag("count which lines of the filter run, into coverage/ of the project"),
    noAllowOnHeadersStopIteration: flag("run without allow_on_headers_stop_iteration, as Istio does"),
    workers: value("N|auto", "threads that run filters at once; auto: one each core (default: 1)"),
    shard: value("I/N", "only this part of the streams; merge puts the parts together"),
    streamsPerEnvoy: value("N", "streams after which a fresh Envoy takes over (default: 1000)"),
    callbackTimeout: value("MS", "stop a filter that one stream keeps busy for so long (default: 1000)"),
    now: value("TIME", "time in the simulated Envoy: 2026-01-31T12:00:00Z (default: now)"),
    noTimes: flag("leave out how long callbacks took: two runs print the same"),
    ...diffEnvoyOptions,
    ...reportOptions,
    output: resultFile,
    json,
  },
  async run(input, terminal) {
    checkDiffEnvoyOptions(input);
    if (input.diffEnvoy) return diffEnvoy(input, terminal);
    const shard = input.shard === undefined ? null : parseShard(input.shard);
    const [workers, streamsPerEnvoy] = [
      parseWorkers(input.workers),
      parseStreamsPerEnvoy(input.streamsPerEnvoy),
    ];
    const [now, callbackTimeoutMs] = [parseNow(input.now), parseCallbackTimeout(input.callbackTimeout)];
    const project = await openProject(input.project);
    requireStreams(project);
    const paths = await findRecordings(input.recordings, project.folder);
    if (input.coverage && !(await buildModule(project, { debug: false, coverage: true }, terminal))) return 1;
    const plugin = await loadFilter(
      project.manifestPath,
      {
        ...(input.config === undefined ? {} : { configuration: await readConfiguration(input.config) }),
        ...(input.noAllowOnHeadersStopIteration ? { allowOnHeadersStopIteration: false } : {}),
      },
      { coverage: input.coverage },
    );
    const newer = input.coverage ? null : await newerSource(project);
    if (newer !== null) terminal.note(`warning: ${newer} is newer than the module; run as-proxy-wasm build`);

    const { outputs, finish } = resultOutputs(
      // What a report shows goes into the parts too: merge draws the page of all.
      { ...input, describe: shard !== null },
      terminal,
    );
    const covered = new CoverageSum();
    const counting = { envoy: (_: number, { coverage }: SessionEnd) => covered.add(coverage) };
    const settings = {
      plugin,
      now,
      callbackTimeoutMs,
      trace: input.trace,
      times: !input.noTimes,
      report: input.report !== undefined,
      onUnhandledCallout: parseOnUnhandledCallout(input.onUnhandledCallout),
    };
    const fingerprint = new ReplayFingerprint(settings);
    const head = { filter: plugin.name, streamsPerEnvoy, now, shard };
    const delivery = new ReplayDelivery(head, [...outputs, counting], fingerprint);
    const done = whenInterrupted(() => `interrupted after ${summary(delivery.counts)}`);
    try {
      const end = await delivery.run(
        replayRecordings({
          items: fingerprint.of(readRecordings(paths, input, plugin)),
          settings,
          workers,
          streamsPerEnvoy,
          shard,
        }),
      );
      await finish();
      if (input.coverage) {
        const folder = join(project.folder, "coverage");
        await writeCoverage(covered.coverage, folder);
        printCoverage(covered.coverage, folder, terminal);
      }
      return end.counts.failed > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof StartRefusal)) throw error;
      for (const line of error.logs) terminal.note(printable(line));
      if (input.json) terminal.json({ filter: plugin.name, started: false, error: error.reason });
      throw error;
    } finally {
      done();
    }
  },
});
