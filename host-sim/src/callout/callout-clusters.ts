import type { CalloutFailureKind, RecordedCallout } from "../recording/recorded-callout.js";
import type { RecordedItem } from "../recording/recording.js";
import type { Clusters } from "./clusters.js";

/**
 * The clusters that a recording has answers of, for an Envoy that has to know them from the start, as a real one has: each is there,
 * and answers what is recorded. One that is "unreachable" or has "no healthy host" in every answer is so as a whole.
 */
export async function calloutClusters(
  items: Iterable<RecordedItem> | AsyncIterable<RecordedItem>,
): Promise<Clusters> {
  const clusters = new Map<string, WholeFailure | null>();
  for await (const item of items) {
    for (const { cluster, answer } of calloutsOf(item)) {
      const failure = "failure" in answer && isWhole(answer.failure) ? answer.failure : null;
      const before = clusters.get(cluster);
      clusters.set(cluster, before === undefined || before === failure ? failure : null);
    }
  }
  return Object.fromEntries(clusters);
}

type WholeFailure = Extract<CalloutFailureKind, "unreachable" | "no healthy host">;

function isWhole(failure: CalloutFailureKind): failure is WholeFailure {
  return failure === "unreachable" || failure === "no healthy host";
}

function calloutsOf(item: RecordedItem): readonly RecordedCallout[] {
  if ("standing" in item) return [item.standing];
  return "id" in item ? (item.callouts ?? []) : [];
}
