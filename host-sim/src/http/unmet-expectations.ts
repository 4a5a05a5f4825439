/** What a recording says is to become of a stream, against what became of it. */
import { toText, type HeaderList } from "../byte-string.js";
import type { Metric } from "../envoy/metrics.js";
import type { ExpectedLocalReply, ExpectedLog, ExpectedMessage } from "../recording/recorded-expectation.js";
import type { Exchange, HttpMessage, LocalReply } from "./exchange.js";

/** One sentence for each thing that came out differently; none for a stream without expectations. `metrics`: those after it. */
export function unmetExpectations(exchange: Exchange, metrics: readonly Metric[]): readonly string[] {
  const { expect } = exchange.stream;
  if (expect === undefined) return [];
  const { outcome, upstream, response, localReply, logs } = expect;
  return [
    ...(outcome === undefined || outcome === exchange.outcome.kind
      ? []
      : [`The outcome is ${exchange.outcome.kind}, and ${outcome} was expected.`]),
    ...(upstream === undefined ? [] : messageDifferences("upstream", upstream, exchange.upstream)),
    ...(response === undefined ? [] : messageDifferences("client", response, exchange.response)),
    ...(localReply === undefined ? [] : replyDifferences(localReply, exchange.localReply)),
    ...(logs === undefined ? [] : logDifferences(logs, exchange.logs)),
    ...Object.entries(expect.metrics ?? {}).flatMap(([name, value]) =>
      metricDifferences(name, value, metrics),
    ),
  ];
}

function messageDifferences(
  receiver: "upstream" | "client",
  expected: ExpectedMessage | null,
  actual: HttpMessage | null,
): readonly string[] {
  if (expected === null || actual === null) {
    if (expected === actual) return [];
    return [expected === null ? `The ${receiver} got something.` : `The ${receiver} got nothing.`];
  }
  return [
    ...headerDifferences(`The ${receiver}'s headers`, expected.headers, actual.headers),
    ...(expected.trailers === undefined
      ? []
      : headerDifferences(`The ${receiver}'s trailers`, expected.trailers ?? [], actual.trailers ?? [])),
    ...(expected.body === undefined ? [] : bodyDifferences(`The ${receiver}'s body`, expected.body, actual)),
  ];
}

/** The first pair that differs says enough. */
function headerDifferences(what: string, expected: HeaderList, actual: HeaderList): readonly string[] {
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    const [want, got] = [line(expected[index]), line(actual[index])];
    if (want !== got) return [`${what} have ${got} in place ${index + 1}, and ${want} was expected.`];
  }
  return [];
}

function line(pair: HeaderList[number] | undefined): string {
  return pair === undefined ? "nothing" : `"${toText(pair[0])}: ${toText(pair[1])}"`;
}

function bodyDifferences(what: string, expected: Uint8Array, { body }: HttpMessage): readonly string[] {
  if (body.kind === "missing") return [`${what} is not recorded: ${body.reason}.`];
  return bytesDifference(what, expected, Buffer.concat(body.chunks));
}

function bytesDifference(what: string, expected: Uint8Array, actual: Uint8Array): readonly string[] {
  const length = Math.min(expected.length, actual.length);
  let same = 0;
  while (same < length && expected[same] === actual[same]) same += 1;
  if (same === expected.length && same === actual.length) return [];
  return [
    `${what} has ${actual.length} bytes, ${expected.length} were expected, and they differ from byte ${same} on.`,
  ];
}

function replyDifferences(expected: ExpectedLocalReply | null, actual: LocalReply | null): readonly string[] {
  if (expected === null || actual === null) {
    if (expected === actual) return [];
    return [
      expected === null
        ? `There was a local reply, ${actual?.statusCode}, and none was expected.`
        : `There was no local reply, and ${expected.statusCode} was expected.`,
    ];
  }
  const { statusCode, details, body } = expected;
  return [
    ...(statusCode === actual.statusCode
      ? []
      : [`The local reply is ${actual.statusCode}, and ${statusCode} was expected.`]),
    ...(details === undefined || details === actual.details
      ? []
      : [
          `The local reply's details are "${toText(actual.details)}", and "${toText(details)}" was expected.`,
        ]),
    ...(body === undefined ? [] : bytesDifference("The local reply's body", body, actual.body)),
  ];
}

function logDifferences(expected: readonly ExpectedLog[], actual: Exchange["logs"]): readonly string[] {
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    const [want, got] = [expected[index], actual[index]];
    const wanted = want === undefined ? "nothing" : `${want.level} "${want.text}"`;
    // The recording has Envoy's short name of this level.
    const level = got?.level === "warning" ? "warn" : got?.level;
    const logged = got === undefined ? "nothing" : `${level} "${toText(got.text)}"`;
    if (wanted !== logged) return [`Log line ${index + 1} is ${logged}, and ${wanted} was expected.`];
  }
  return [];
}

function metricDifferences(name: string, value: number, metrics: readonly Metric[]): readonly string[] {
  const metric = metrics.find((other) => toText(other.name) === name && other.type !== "histogram");
  if (metric !== undefined && Number(metric.value) === value) return [];
  return [
    `The metric ${name} is ${metric === undefined ? "not there" : metric.value}, and ${value} was expected.`,
  ];
}
