import { isDeepStrictEqual } from "node:util";
import { firstValue, fromText, type ByteString } from "../byte-string.js";
import type {
  RecordedCallout,
  RecordedCalloutFailure,
  RecordedGrpcAnswer,
  RecordedHttpCallout,
} from "../recording/recorded-callout.js";
import type { GrpcReply } from "./grpc-upstream.js";
import type { HttpCalloutFailure, HttpCalloutRequest, HttpCalloutResponse } from "./http-upstream.js";

/** An answer of a recording that stands for every call it fits, and how many calls it has answered. */
export interface StandingAnswer {
  readonly callout: RecordedCallout;
  readonly given: number;
}

/**
 * The answers to callouts that recordings have: those of streams and connections underway, each for one call, before those that stand.
 * Among several the first that fits answers.
 */
export class RecordedAnswers {
  /** Of what is underway, in the order in which it began. */
  readonly #underway = new Set<OwnAnswers>();
  readonly #standing: { callout: RecordedCallout; given: number }[] = [];

  constructor(standing: readonly RecordedCallout[] = []) {
    for (const callout of standing) this.stand(callout);
  }

  /** A stream or a connection begins; `end` says which of its answers nobody asked for. */
  begin(callouts: readonly RecordedCallout[] | undefined): OwnAnswers {
    if (callouts === undefined || callouts.length === 0) return noAnswers;
    const own = new OwnAnswers(callouts, this.#underway);
    this.#underway.add(own);
    return own;
  }

  /** From now on this answers; an earlier one for the same calls does not any more. */
  stand(callout: RecordedCallout): void {
    if (this.#standing.some((other) => isDeepStrictEqual(other.callout, callout))) return;
    const next = { callout, given: 0 };
    const same = this.#standing.findIndex((other) => forSameCalls(other.callout, callout));
    if (same < 0) this.#standing.push(next);
    else this.#standing[same] = next;
  }

  get standing(): readonly StandingAnswer[] {
    return this.#standing;
  }

  /** Whether there is any answer of this cluster, given or not: then Envoy knows it. */
  knows(cluster: ByteString): boolean {
    const isOf = (callout: RecordedCallout) => fromText(callout.cluster) === cluster;
    return (
      this.#standing.some(({ callout }) => isOf(callout)) ||
      [...this.#underway].some(({ all }) => all.some(isOf))
    );
  }

  /** Takes the answer of an HTTP call; null: no recording has one. */
  http(request: HttpCalloutRequest): HttpCalloutResponse | HttpCalloutFailure | null {
    const found = this.#take((callout) => !("method" in callout) && fits(callout, request));
    if (found === null || "method" in found) return null;
    const { answer } = found;
    if ("failure" in answer) return answer;
    const { trailers, ...rest } = answer;
    return trailers === null ? rest : { ...rest, trailers };
  }

  /** Takes the answer of a gRPC call; null: no recording has one. */
  grpc(cluster: ByteString, path: ByteString): GrpcReply | HttpCalloutFailure | null {
    const found = this.#take(
      (callout) =>
        "method" in callout && fromText(callout.cluster) === cluster && fromText(callout.method) === path,
    );
    return found === null || !("method" in found) ? null : reply(found.answer);
  }

  #take(fitting: (callout: RecordedCallout) => boolean): RecordedCallout | null {
    for (const own of this.#underway) {
      const callout = own.take(fitting);
      if (callout !== null) return callout;
    }
    const standing = this.#standing.find(({ callout }) => fitting(callout));
    if (standing === undefined) return null;
    standing.given += 1;
    return standing.callout;
  }
}

/** The answers of one stream or connection. */
class OwnAnswers {
  #left: readonly RecordedCallout[];

  constructor(
    readonly all: readonly RecordedCallout[],
    private readonly underway: Set<OwnAnswers>,
  ) {
    this.#left = all;
  }

  take(fitting: (callout: RecordedCallout) => boolean): RecordedCallout | null {
    const callout = this.#left.find(fitting);
    if (callout === undefined) return null;
    this.#left = this.#left.filter((other) => other !== callout);
    return callout;
  }

  /** It is over; gives the answers that nobody asked for. */
  end(): readonly RecordedCallout[] {
    this.underway.delete(this);
    return this.#left;
  }
}

export type { OwnAnswers };

const noAnswers = new OwnAnswers([], new Set());

function fits({ cluster, match = [] }: RecordedHttpCallout, request: HttpCalloutRequest): boolean {
  return (
    fromText(cluster) === request.cluster &&
    match.every(([name, value]) => firstValue(request.headers, name) === value)
  );
}

function reply(answer: RecordedGrpcAnswer | RecordedCalloutFailure): GrpcReply | HttpCalloutFailure {
  if ("failure" in answer) return answer;
  const { grpcStatus, ...rest } = answer;
  return { status: grpcStatus, ...rest };
}

function forSameCalls(one: RecordedCallout, other: RecordedCallout): boolean {
  const { answer: _one, ...selection } = one;
  const { answer: _other, ...otherSelection } = other;
  return isDeepStrictEqual(selection, otherSelection);
}
