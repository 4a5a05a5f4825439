/** What happened to a stream, in order: callbacks, the host calls in them, log lines. */
import {
  callbackAnswer,
  callbackWords,
  type CallbackTime,
  type Exchange,
  type HostCallWords,
  toText,
} from "../index.js";
import { clip } from "./describe-message.js";
import type { TimelineItem, Word } from "./report-data.js";
import { parseTraceLine, type TraceEvent } from "./trace-line.js";

const maxLogLength = 16 * 1024;

type Moment =
  | { readonly sequence: number; readonly thread: string; readonly event: TraceEvent }
  | { readonly sequence: number; readonly level: string; readonly text: string };

/** Where a call stands that has not returned; the allocations that calls make are left out. */
type Open = { readonly place: number } | { readonly place: null };

export function timelineOf(exchange: Exchange, withoutTimes: boolean): TimelineItem[] {
  const items: TimelineItem[] = [];
  const open: Open[] = [];
  const calls = (exchange.hostCalls ?? [])[Symbol.iterator]();
  const times = new CallbackTimes(withoutTimes ? [] : exchange.callbacks);
  const depth = (): number => open.filter(({ place }) => place !== null).length;
  for (const moment of momentsOf(exchange)) {
    if ("level" in moment) {
      items.push({ kind: "log", depth: depth(), level: moment.level, text: clip(moment.text, maxLogLength) });
      continue;
    }
    const { event, thread } = moment;
    if (event.kind === "callback" || event.kind === "call") {
      if (isAllocation(event)) {
        open.push({ place: null });
        continue;
      }
      const item: TimelineItem =
        event.kind === "callback"
          ? {
              kind: "callback",
              depth: depth(),
              thread,
              name: event.name,
              arguments: callbackWords(event.name, event.values),
            }
          : callItem(depth(), event, calls.next().value);
      open.push({ place: items.length });
      items.push(item);
      continue;
    }
    const place = open.pop()?.place ?? null;
    const item = place === null ? undefined : items[place];
    if (place === null || item?.kind !== "callback") continue;
    // A callback ends after those that it led to.
    items[place] = {
      ...item,
      ...(event.value === null ? {} : { result: callbackAnswer(event.name, event.value) }),
      ...times.of(event.name),
    };
  }
  return items;
}

function isAllocation({ kind, name }: TraceEvent): boolean {
  return kind === "callback" && (name === "malloc" || name === "proxy_on_memory_allocate");
}

function callItem(
  depth: number,
  event: Extract<TraceEvent, { kind: "call" }>,
  words: HostCallWords | undefined,
): TimelineItem {
  // Without words, the numbers.
  const numbers = (): Word[] => event.values.map((value, index) => ({ name: String(index + 1), value }));
  return {
    kind: "call",
    depth,
    name: event.name,
    arguments: words?.arguments ?? numbers(),
    ...(words?.result == null ? {} : { result: words.result }),
    answers: words?.answers ?? [],
  };
}

function momentsOf({ trace, logs }: Exchange): readonly Moment[] {
  const moments: Moment[] = [];
  for (const { sequence, thread, text } of trace) {
    const event = parseTraceLine(text);
    if (event !== null) moments.push({ sequence, thread, event });
  }
  for (const { sequence, level, text } of logs) moments.push({ sequence, level, text: toText(text) });
  return moments.sort((one, other) => one.sequence - other.sequence);
}

/** The times of callbacks stand in the order in which they ended. */
class CallbackTimes {
  readonly #byName = new Map<string, number[]>();

  constructor(callbacks: readonly CallbackTime[]) {
    for (const { name, nanoseconds } of callbacks) {
      const times = this.#byName.get(name);
      if (times === undefined) this.#byName.set(name, [nanoseconds]);
      else times.push(nanoseconds);
    }
  }

  of(name: string): { readonly nanoseconds?: number } {
    const nanoseconds = this.#byName.get(name)?.shift();
    return nanoseconds === undefined ? {} : { nanoseconds };
  }
}
